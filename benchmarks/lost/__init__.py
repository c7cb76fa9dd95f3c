"""Lost tracks with known truth: flights, sensors, what is held against them."""
