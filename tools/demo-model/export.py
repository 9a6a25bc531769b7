"""Writes the trained parts as one SD 1.x-layout fp16 safetensors checkpoint.   usage: export.py VAE.pt UNET.pt OUT.safetensors"""

import sys, json, struct, torch
from model import Autoencoder

vae, ck = torch.load(sys.argv[1], map_location="cpu"), torch.load(sys.argv[2], map_location="cpu")
scale = ck["scale"]
out = {}
v = dict(vae["ema"])
# SD 1.x decoders divide by 0.18215: fold the difference to our latent scale into the two 1x1 convolutions around the latent.
r = scale / 0.18215
v["quant_conv.weight"] = v["quant_conv.weight"].clone()
v["quant_conv.bias"] = v["quant_conv.bias"].clone()
v["quant_conv.weight"][:4] *= r
v["quant_conv.bias"][:4] *= r
v["post_quant_conv.weight"] = v["post_quant_conv.weight"] / r
for k, t in v.items():
    out["first_stage_model." + k] = t
for k, t in ck["ema"].items():
    out[("cond_stage_model.transformer.text_model." if k[0] == "c" else "model.diffusion_model.") + k[2:]] = t
hdr, off, blobs = (
    {
        "__metadata__": {
            "format": "pt",
            "modelspec.architecture": "stable-diffusion-v1",
            "modelspec.title": "Snug demo: animals and food",
            "modelspec.license": "Apache-2.0; trained on MIT-licensed Fluent emoji",
        }
    },
    0,
    [],
)
for k in sorted(out):
    t = out[k].half().contiguous()
    b = t.numpy().tobytes()
    hdr[k] = {"dtype": "F16", "shape": list(t.shape), "data_offsets": [off, off + len(b)]}
    off += len(b)
    blobs.append(b)
h = json.dumps(hdr, separators=(",", ":")).encode()
h += b" " * (-len(h) % 8)
with open(sys.argv[3], "wb") as f:
    f.write(struct.pack("<Q", len(h)) + h + b"".join(blobs))
print(len(out), "tensors", off / 1e6, "MB")
