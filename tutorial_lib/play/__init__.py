"""The play room: type a review, choose a picture, move the sliders of a batch, and see what the server does with it.

Each comes in two forms: a plain function that prints text, and a box of widgets for a notebook in a browser.

    stars(client, "I love it!")          stars_box()     # asks the model sentiment
    top_five(client, "images/cat.jpg")   top_five_box()  # asks resnet_preprocessor and resnet_model
    batching(clients=16, delay_us=1000)  batching_box()  # asks any model with dynamic batching

A box takes an address, not a client: each use asks whichever server then answers at that address, and says so if none
does. Nothing here needs torch; ipywidgets, matplotlib and Pillow are imported only by what uses them.
"""

from .load import batching, batching_box
from .pictures import PictureError, read_picture, top_five, top_five_box
from .reviews import stars, stars_box

__all__ = [
    "PictureError",
    "batching",
    "batching_box",
    "read_picture",
    "stars",
    "stars_box",
    "top_five",
    "top_five_box",
]
