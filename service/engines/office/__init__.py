"""LibreOffice: warm, sandboxed, asked over a socket."""
