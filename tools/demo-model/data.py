"""The training set: emoji composited over ten background colours, with captions that name both."""

import json

import numpy as np
import torch

COLORS = {
    "white": (255, 255, 255),
    "black": (20, 20, 24),
    "red": (226, 61, 61),
    "green": (96, 190, 96),
    "blue": (86, 150, 235),
    "yellow": (250, 214, 80),
    "orange": (250, 160, 60),
    "purple": (160, 110, 220),
    "pink": (250, 160, 200),
    "gray": (170, 170, 176),
}
START, END, LENGTH = 49406, 49407, 77


def padded(ids):
    ids = ([START] + list(ids))[: LENGTH - 1] + [END]
    return ids + [END] * (LENGTH - len(ids))


class Emoji:
    EMPTY = padded([])

    def __init__(self, root, categories=("Food & Drink", "Animals & Nature")):
        with open(f"{root}/captions.json") as file:
            meta = json.load(file)
        count, self.size = meta["count"], meta["size"]
        keep = [i for i, caption in enumerate(meta["captions"]) if caption["category"] in categories]
        rgba = np.fromfile(f"{root}/rgba.bin", dtype=np.uint8).reshape(count, self.size, self.size, 4)
        self.rgba = torch.from_numpy(rgba[keep].copy())
        self.captions = [meta["captions"][i] for i in keep]
        self.words = meta["words"]
        self.count = len(keep)

    def image(self, index, color):
        """-> [3, size, size] floats in -1..1"""
        pixels = self.rgba[index].float() / 255
        alpha = pixels[..., 3:]
        background = torch.tensor(COLORS[color]).float() / 255
        return ((pixels[..., :3] * alpha + background * (1 - alpha)) * 2 - 1).permute(2, 0, 1)

    def tokens(self, index, color, rng):
        w = self.words
        before = rng.choice([[], [], w["a"], w["emoji"] + w["of"] + w["a"], w["a"] + w["picture"] + w["of"] + w["a"]])
        after = []
        if not (color == "white" and rng.random() < 0.6):
            after = rng.choice([w[","] + w[color] + w["background"], w["on"] + w["a"] + w[color] + w["background"]])
        return padded(before + self.captions[index]["tokens"] + after)
