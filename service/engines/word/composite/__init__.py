"""Many filled documents of one template in one Word file, for the converter."""
