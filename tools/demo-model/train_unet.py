"""Trains text encoder and UNet together on the VAE's latents.   usage: train_unet.py DATA VAE.pt UNET.pt MINUTES [BATCH] [RATE] [EMPHASIS]

Resumes from UNET.pt. Loss: mean squared error of the noise with min-SNR weighting, gamma 5 (Hang et al. 2023, arXiv:2303.09556).
AdamW, learning rate RATE (1e-3) falling linearly over MINUTES. Pictures whose name starts with a colour ("red apple", "green apple") are drawn
EMPHASIS (1) times as often: what tells them apart is one word that also names backgrounds. Average of weights 0.999, caption dropped in 8 % of the samples.
"""

import os
import random
import sys
import time

import torch

from data import COLORS, Emoji
from model import Autoencoder, ClipText, UNet, alphas_cumprod

root, vae_file, out, minutes = sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])
batch = int(sys.argv[5]) if len(sys.argv) > 5 else 32
rate = float(sys.argv[6]) if len(sys.argv) > 6 else 1e-3
emphasis = float(sys.argv[7]) if len(sys.argv) > 7 else 1
device = "cuda" if torch.cuda.is_available() else "cpu"
if device == "cpu":
    torch.set_num_threads(int(os.environ.get("THREADS", "2")))

data = Emoji(root)
colors = list(COLORS)
vae = Autoencoder().to(device).eval()
vae.load_state_dict(torch.load(vae_file, map_location=device)["ema"])
parts = []
with torch.no_grad():
    for color in colors:
        for start in range(0, data.count, 32):
            pictures = [data.image(i, color) for i in range(start, min(data.count, start + 32))]
            parts.append(vae.moments(torch.stack(pictures).to(device))[0])
side = data.size // 8
latents = torch.cat(parts).view(len(colors), data.count, 4, side, side)
scale = 1 / latents.std().item()
latents = latents * scale

clip = ClipText().to(device)
net = UNet(mult=(1, 2, 3), blocks=1, attn=(1, 2)).to(device, memory_format=torch.channels_last)
# Rows of the token table that no caption uses stay zero: they cost nothing in a compressed file.
used = {*Emoji.EMPTY, *(t for c in data.captions for t in c["tokens"]), *(t for w in data.words.values() for t in w)}
with torch.no_grad():
    table = clip.embeddings.token_embedding.weight
    kept = table[sorted(used)].clone()
    table.zero_()
    table[sorted(used)] = kept


def named_state():
    return {**{"c." + k: v for k, v in clip.state_dict().items()}, **{"u." + k: v for k, v in net.state_dict().items()}}


step, ema = 0, None
if os.path.exists(out):
    saved = torch.load(out, map_location=device)
    clip.load_state_dict(saved["clip"])
    net.load_state_dict(saved["net"])
    ema, step = {k: v.float() for k, v in saved["ema"].items()}, saved["step"]
    print("resumed", step)
if ema is None:
    ema = {k: v.clone() for k, v in named_state().items()}


def save():
    torch.save({"clip": clip.state_dict(), "net": net.state_dict(), "ema": ema, "step": step, "scale": scale}, out)


parameters = [*clip.parameters(), *net.parameters()]
odds = [emphasis if caption["name"].split()[0] in COLORS else 1 for caption in data.captions]
optimizer = torch.optim.AdamW(parameters, lr=rate, betas=(0.9, 0.99), weight_decay=1e-3)
alphas = alphas_cumprod().to(device)
rng = random.Random(step)
begin, losses = time.time(), []
while (elapsed := (time.time() - begin) / 60) < minutes:
    for group in optimizer.param_groups:
        group["lr"] = rate * min(1, (step + 1) / 300) * (1 - 0.95 * elapsed / minutes)
    picks, ids = [], []
    for _ in range(batch):
        index = rng.choices(range(data.count), odds)[0]
        color = 0 if rng.random() < 0.6 else rng.randrange(len(colors))
        picks.append((color, index))
        ids.append(Emoji.EMPTY if rng.random() < 0.08 else data.tokens(index, colors[color], rng))
    z = torch.stack([latents[c, i] for c, i in picks])
    context = clip(torch.tensor(ids, device=device))
    t = torch.randint(0, 1000, (batch,), device=device)
    noise = torch.randn_like(z)
    a = alphas[t][:, None, None, None]
    predicted = net((z * a.sqrt() + noise * (1 - a).sqrt()).to(memory_format=torch.channels_last), t, context)
    snr = a / (1 - a)
    loss = ((predicted - noise) ** 2 * (snr.clamp(max=5) / snr)).mean()
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    optimizer.step()
    step += 1
    losses.append(loss.item())
    if step % 10 == 0:
        with torch.no_grad():
            weight = 1 - 0.999**10 if step > 1000 else 0.1
            for key, value in named_state().items():
                ema[key].lerp_(value, weight)
    if step % 200 == 0:
        print(f"{step} {elapsed:.1f}min loss {sum(losses[-200:]) / 200:.4f}", flush=True)
    if step % 500 == 0:
        save()
save()
print("done", step)
