"""Processes that parse untrusted files: without network, other files, or secrets to give away.

Nothing is imported here: such a process runs this too, and loads no reader before it is confined.
"""
