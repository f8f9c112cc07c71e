"""What a face can ask the program to do: typed requests in, events while it works, typed results out.

It says nothing itself.
"""
