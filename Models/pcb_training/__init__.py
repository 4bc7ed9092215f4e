"""Boards and defects that are drawn, DeepPCB's pictures, and training crops cut out of both."""
