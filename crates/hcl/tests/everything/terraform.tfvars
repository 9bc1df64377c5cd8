names = ["anna", "al", "bob"]
opts  = { a = "x", c = [{ y = true }, { x = "k", y = false }, { x = "m", y = true }] }
