# What Pillow needs for the operations of bench/media.ts, as JSON: seconds by operation, the best of a few runs.
# usage: python media-pillow.py WIDTH HEIGHT REPEATS < RGB bytes
import io
import json
import sys
import time

from PIL import Image, ImageFilter, __version__

width, height, repeats = (int(argument) for argument in sys.argv[1:4])
picture = Image.frombytes("RGB", (width, height), sys.stdin.buffer.read())
other = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
mask = picture.convert("L")


def best(work):
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)


figures = {
    "scaleHalf": best(lambda: picture.resize((width // 2, height // 2), Image.Resampling.LANCZOS)),
    "scaleUp": best(lambda: picture.resize((width * 3 // 2, height * 3 // 2), Image.Resampling.LANCZOS)),
    "blur": best(lambda: picture.filter(ImageFilter.GaussianBlur(8))),
    "composite": best(lambda: Image.composite(other, picture, mask)),
    "savePng": best(lambda: picture.save(io.BytesIO(), "PNG", compress_level=4)),
}
print(json.dumps({"version": __version__, "seconds": figures}))
