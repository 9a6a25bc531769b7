import random
import sys
import time

import torch
import torch.nn.functional as F
from model import Autoencoder
from data import Emoji, COLORS

root, out, minutes = sys.argv[1], sys.argv[2], float(sys.argv[3])
crop = int(sys.argv[4]) if len(sys.argv) > 4 else 64
bs = int(sys.argv[5]) if len(sys.argv) > 5 else 8
dev = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_num_threads(int(__import__("os").environ.get("THREADS", "2"))) if dev == "cpu" else None
d = Emoji(root)
net = Autoencoder().to(dev)
ema = None
step = 0
try:
    ck = torch.load(out, map_location=dev)
    net.load_state_dict(ck["net"])
    step = ck["step"]
    print("resumed", step)
except FileNotFoundError:
    pass
print(sum(p.numel() for p in net.parameters()) / 1e6, "M")
ema = {k: v.clone() for k, v in net.state_dict().items()}
lr0 = 1.5e-3
opt = torch.optim.AdamW(net.parameters(), lr=lr0, betas=(0.9, 0.98), weight_decay=1e-4)
rng = random.Random(step)
t0 = time.time()
acc = []
kx = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 4
K = torch.stack([kx, kx.t()])[:, None].repeat(3, 1, 1, 1).to(dev)
while (el := (time.time() - t0) / 60) < minutes:
    for g in opt.param_groups:
        g["lr"] = lr0 * min(1, (step + 1) / 200) * (1 - 0.97 * el / minutes)
    ims = []
    for _ in range(bs):
        i = rng.randrange(d.count)
        im = d.image(i, rng.choice(list(COLORS)) if rng.random() < 0.5 else "white")
        S = d.size
        if crop < S:
            y, x = rng.randrange(S - crop + 1), rng.randrange(S - crop + 1)
            im = im[:, y : y + crop, x : x + crop]
        if rng.random() < 0.5:
            im = im.flip(2)
        ims.append(im)
    x = torch.stack(ims).to(dev)
    m, lv = net.moments(x)
    lv = lv.clamp(-20, 10)
    z = m + torch.randn_like(m) * (lv / 2).exp()
    y = net.decode(z)
    edge = F.l1_loss(F.conv2d(y, K, groups=3), F.conv2d(x, K, groups=3))
    rec = F.l1_loss(y, x) + 0.5 * F.mse_loss(y, x)
    kl = 0.5 * (m**2 + lv.exp() - 1 - lv).mean()
    loss = rec + 0.5 * edge + 3e-4 * kl
    opt.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    opt.step()
    step += 1
    acc.append((rec.item(), edge.item(), kl.item()))
    with torch.no_grad():
        for k, v in net.state_dict().items():
            ema[k].lerp_(v, 0.005) if v.is_floating_point() else ema[k].copy_(v)
    if step % 200 == 0:
        a = torch.tensor(acc[-200:]).mean(0)
        print(f"{step} {el:.1f}min rec {a[0]:.4f} edge {a[1]:.4f} kl {a[2]:.2f} z std {z.std():.2f}", flush=True)
        torch.save({"net": net.state_dict(), "ema": ema, "step": step}, out)
torch.save({"net": net.state_dict(), "ema": ema, "step": step}, out)
print("done", step)
