"""`gongwen batch`: a roster in, a folder of forms out."""
