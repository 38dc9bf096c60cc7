"""Pictures made from recorded screens: marked, cut out, made small, compared."""
