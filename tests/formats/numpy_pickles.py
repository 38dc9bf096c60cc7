"""One value as numpy pickles it, gzipped, in base64: numpy itself is not needed to read it.

{"px": 2 x 3 pixels that count from 0, "n": float64 1.5, "i": int64 7, "t": array([1.25]),
"o": object array of "a" and None, "b": bool_ True, "s": array of "ab" and "c",
"f": a row of an array in Fortran order}
"""

from __future__ import annotations

SAVED = {
    "numpy 1.26, protocol 2": (
        "H4sIAAAAAAACA3WSWW/TQBRGvWR1t7TslH0NWyBlC1AI0LLVkMKFQlhKsJ1UjpQ6+ZyJRCSQeElC/g8PvPPDYK4X"
        "JCiM5EX23POduTNftM9Q8lVNUZTOR6iO19vs9AtO228UNnst0bR83+obNb/htL2u8HuOMKCFswyvHv6FbioDJJya"
        "0643nK7R8PjFQLKqSqyNVDUlny1LNL0i0kNkCNkRDMJE3lRNzdRNfYTJCFoX/Y6snQqUekVMj7+OMEPI5U094H3C"
        "bKVSWfkpR3AzFYE5e+wmq3Pyr6JqeiKZSmeyxsTk1PRMbhbbXJm5nbBDYKcdIDzs+s9Cu47VsnwDu91QYKOEPSyw"
        "lzAfCyxi3xaB/bbMzyrx+PG9jAMce5BwaIjDhCNBaRNH3RjdLOEYo48TTki0uxV6kqEZOTUdYZFn5inC6SHOEM4G"
        "TIFzruYGW1BwZV/PEy5wX9UBiu78+E+vb2UsMOMi4ZLA5bAdbVyJCVeZUCJcC3ZmgOuR7GoJN1h2kXCTZf/agrLA"
        "LXu8jnI+AFq4XWkI3LGjA3D396LtIpaYs0y49w+OXMx9XjSXqXjApg8Jj4ZYIZjB1y4ex65P2LVCWI1cn0YZawt4"
        "xhlEeB431syYCTMj8CI4KDl2ZBt5OXFv1zjtJeGVQDUU38DrOOsNZ70lvOMsfYB1N8cgPTxxeM+1NcIHAcvuFX4B"
        "B9Hq2lUDAAA="
    ),
    "numpy 1.26, protocol 4": (
        "H4sIAAAAAAACA3VRTUvDMBhu0nbtdM5tIAj6A3YqzJMHoYfeDFQQPIq0XUcKW1v6ARYUvMxZyG2v/9SDN03TFqp0"
        "gQRe8nwmb8qniSWxXmHOcPwM7CzMN3FheFHiG5t8nQVOkjgFsNFT4ntRmGZJ7mWwB6YKIDAtXNaQPRBpCxZyYQf3"
        "MCeIYCITeQdUZeoyK2K/ouF8AeVHjZAZegHbtm9/+BIHkTJwS2smISwr6kDTh0fHo5Px6WQK/IKhEChmg9Rz1k7C"
        "1eiY4dV1V++mR8/S647fJrxzHEMB0POKGnSo9LKPqNVMqSFmQBWqVTXpsC2J+HBRth5fZh006kHirQh813Wd/XU1"
        "q/qP/C+QA7YvlNwmrLs4TBNhEWpSpoe9H67+NSY6UYguHn3i8Pwu315bWvivetRkPkxLS+bfVIFy4xfTScHLSgIA"
        "AA=="
    ),
    "numpy 1.26, protocol 5": (
        "H4sIAAAAAAACA3WST0vDMBjGm3Z/qptuTgb6DXpxMk8ehB16M1BB2FFG27WksLUjS8GBgpc5B7ntdZ/Ugzd9m3ZY"
        "Zb6QJoE8T35P3r5U34e6puoZLKnPHkF24nQ6W/T8hAc9XAY88kE2RiFPpl4ahgGHDVjbjlYU0Y1KtVY3Dw4bzaPj"
        "VvsEZFU54DwWi1mAx6We9mH9toJ7sKghyRM4jnP7haU+VBPgUZ0a1FiBJDYIPChJDLJbYpmmExG5nLvoXJv77sTN"
        "SJgp9fC6bH6zx9w2c9jPAbwq7whYN5NGJSk73yesFzkLoQBWsbamVq6PAbAzSpbAWjl5AuxUNkc88JN4Lnjqi4y0"
        "JuvxOA+wAaotwSYe5HcTqi9VlLsyT/M3zwB51g/YJuKCE+BGoj6P4fX/l6kYhBT8c8XfLshdHB4OfxcyMxte/XkT"
        "atIKNVWPfjKGwC7YZRaD9XchDNw01raBPwX20Et73/efsetgAgAA"
    ),
    "numpy 2.4, protocol 2": (
        "H4sIAAAAAAACA3WSWW/TQBRGvWR1t7TslH0NWyBlC1AI0LLVkMKFQlhKsJ1UjpQ6+ZyJRCSQeElC/g8PvPPDYK4X"
        "JCiM5EX23POduTNftM9Q8lVNUZTOR6iO19vs9As1p+03Cpu9lmhavm/1jZrfcNpeV/g9RxjQwmmGVw//QjeVARKO"
        "LKs3nK7R8PjFQLKqSq6NVDUlny1LNL0i0kNkCNkRDMJE3lRNzdRNfYTJCFoX/Y6snQqcekVMj7+OMEPI5U094H3C"
        "bKVSWfkpR3AzFYE5e+wmq3Pyr6JqeiKZSmeyxsTk1PRMbhbbXJm5nbBDYKcdIDzs+t9Ku47VsnwDu93QYKOEPWyw"
        "lzAfGyxi3xaD/bYUyCrx+PG9jAOce5BwaIjDhCNBaRNH3RjdLOEYo48TTki0uxV6kqEZOTUdYZFn5inC6SHOEM4G"
        "TIFzruYGe1BwZWPPEy5wY9UBiu78+E+vb2UsMOMi4ZLA5bAfbVyJCVeZUCJcC7ZmgOuR7GoJN1h2kXCTZf/ag7LA"
        "LXu8jnI+AFq4XWkI3LGjE3D396LtIpaYs0y49w+OXMx9XjSXqXjApg8Jj4ZYIZjB1y4ex65P2LVCWI1cn0YZawt4"
        "xhlEeB431syYCTMj8CI4KTl2ZBt5OXFv1zjtJeGVQDUU38DrOOsNZ70lvOMsfYB1N8cgPTxyeM+1NcIHAcvuFX4B"
        "p2tnpVcDAAA="
    ),
    "numpy 2.4, protocol 4": (
        "H4sIAAAAAAACA3VRTUvDMBhu0nbtdM5tBxH0B+xUmCcPQoXeDFQQPMpou44Utrb0AywoeJmzkNte/6kHb5qmLUzp"
        "Agm85PlM3pTPWyyJ9QpThuNnYGdhvo4LY+5FiW+s81UWOEniFMAG88T3ojDNktzLYAdMFUhgWrioITsg0gYs5MIW"
        "HmBKEMFEJvIWqMrURVbEfkXD+QzKjxohM/QCtm3f/fAlDiJl4JbWREJYVtSepvePjgcnw9PRGPgFQyFQzHqp56yc"
        "hKvRIcPL6329mw49S69LfpvwznEMBUDPK2qwR6WXXUStZkoNMQOqUK2qSfttScSHi7L1+DLroFEHEm9E4Pt918lf"
        "V7Oq/8Q/Azlg+0LJbcK6s8M0ERahJmV62Pvx6l9johOF6OLRRw7P7/LttaWF/7JDTebDuLRk/k0VKDd+ATvzv49L"
        "AgAA"
    ),
    "numpy 2.4, protocol 5": (
        "H4sIAAAAAAACA3WST0vDMBjGm3R/qptuOhT9Br04mScPwg69GaggiCcZbdeSwtaOrAUHCl7mHOS2131SD970bdph"
        "lflCmgTyPPk9eftSfb+nmqpnMCWdPILsROl4MusOvFj4XVz7IvRANgaBiMduGgS+gBWY60OtKEL1SrVWN3Z2G829"
        "/Vb7AGRVWeA8TGYTH49LmvZg+baAWzCZLskT2LZ9/YWlPkxLwGWU6UxfgCQWJHhQkgjkcRlmnI6S0BHCQeva1HNG"
        "TobCDUmDy7L71RZ3y8hpP/vwqsxD4EeZNCxJ+ek2Yb0IWggT4BVzbWjl+ugDP2FkDryVo8fAO7I5EL4XR9NEpF6S"
        "kdZkPRrmAVbAtDlYxIX8bsLoXEW5KfM0f/P0kWf5gI0iDtg+biTq8xhu73+ZikFIwT9V/O2C3MHh4vA2ITOzu4s/"
        "b8IMVmGGatJPxgD4GT/PYvDeJoSOm8bS0vGvwCa6afcbX0W/hmICAAA="
    ),
}
