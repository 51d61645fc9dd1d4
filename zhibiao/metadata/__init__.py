"""What is known about a document: region, years, speaker, and where each was found."""
