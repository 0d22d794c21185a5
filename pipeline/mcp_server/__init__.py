"""The archive for assistants, by the Model Context Protocol (MCP): they list, search and read, and write nothing.

tools     what can be asked, answered from the archive
answers   the types of what is answered
server    the protocol: the one doorway to the SDK
"""
