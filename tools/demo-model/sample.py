"""Draws a grid with plain Euler and CFG, to look at.   usage: sample.py DATA VAE.pt UNET.pt OUT.png [steps] [cfg] -- prompt; prompt; ..."""

import sys, torch
from PIL import Image
from model import *
from data import Emoji

i = sys.argv.index("--")
data, vf, uf, png = sys.argv[1:5]
steps = int(sys.argv[5]) if i > 5 else 20
cfg = float(sys.argv[6]) if i > 6 else 4.0
d = Emoji(data)
words = dict(d.words)
for c in d.captions:
    words[c["name"]] = c["tokens"]


def ids(p):
    out = []
    for part in p.split("|"):
        out += words[part.strip()]
    out = ([49406] + out)[:76] + [49407]
    return out + [49407] * (77 - len(out))


ck = torch.load(uf, map_location="cpu")
clip, net = ClipText(), UNet(mult=(1, 2, 3), blocks=1, attn=(1, 2))
e = ck["ema"]
clip.load_state_dict({k[2:]: v for k, v in e.items() if k[0] == "c"})
net.load_state_dict({k[2:]: v for k, v in e.items() if k[0] == "u"})
vae = Autoencoder()
vae.load_state_dict(torch.load(vf, map_location="cpu")["ema"])
prompts = [p.strip() for p in " ".join(sys.argv[i + 1 :]).split(";")]
ac = alphas_cumprod()
sig = ((1 - ac) / ac).sqrt()
ts = torch.linspace(999, 0, steps)
s = torch.cat([sig[ts.round().long()], torch.zeros(1)])
torch.manual_seed(7)
x = torch.randn(len(prompts), 4, 16, 16) * (s[0] ** 2 + 1) ** 0.5
with torch.no_grad():
    c, u = clip(torch.tensor([ids(p) for p in prompts])), clip(torch.tensor([Emoji.EMPTY] * len(prompts)))
    for k in range(steps):
        xi = x / (s[k] ** 2 + 1) ** 0.5
        t = torch.full((len(prompts),), ts[k].round().item())
        a, b = net(xi, t, c), net(xi, t, u)
        eps = b + (a - b) * cfg
        x = x + eps * (s[k + 1] - s[k])
    y = vae.decode(x / ck["scale"]).clamp(-1, 1)
n = 8
rows = [torch.cat(list(y[j : j + n]) + [torch.ones_like(y[0])] * max(0, n - len(y[j : j + n])), 2) for j in range(0, len(y), n)]
Image.fromarray(((torch.cat(rows, 1).permute(1, 2, 0) + 1) * 127.5).byte().numpy()).save(png)
print(png)
