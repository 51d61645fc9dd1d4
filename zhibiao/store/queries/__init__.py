"""What readers ask for. Nothing is changed here.

Owns the filters, and the rows and columns of each table that the API, the console and exports show.
"""
