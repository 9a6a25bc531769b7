"""Tiny latent-diffusion modules whose parameter names follow the public SD 1.x checkpoint layout.

Shapes are NCHW float32. Written for PyTorch >= 1.13 (CPU or CUDA)."""

import math, torch, torch.nn as nn, torch.nn.functional as F


def norm(c, eps=1e-5):
    return nn.GroupNorm(32, c, eps=eps)


# ---------------------------------------------------------------- text encoder (CLIP text model layout)
class ClipAttention(nn.Module):
    def __init__(s, d, heads):
        super().__init__()
        s.heads = heads
        s.q_proj, s.k_proj, s.v_proj, s.out_proj = (nn.Linear(d, d) for _ in range(4))

    def forward(s, x, mask):
        b, t, d = x.shape
        h = s.heads
        q, k, v = (m(x).view(b, t, h, d // h).transpose(1, 2) for m in (s.q_proj, s.k_proj, s.v_proj))
        a = (q @ k.transpose(-1, -2)) * (d // h) ** -0.5 + mask
        return s.out_proj((a.softmax(-1) @ v).transpose(1, 2).reshape(b, t, d))


class ClipMlp(nn.Module):
    def __init__(s, d):
        super().__init__()
        s.fc1, s.fc2 = nn.Linear(d, 4 * d), nn.Linear(4 * d, d)

    def forward(s, x):
        x = s.fc1(x)
        return s.fc2(x * torch.sigmoid(1.702 * x))


class ClipLayer(nn.Module):
    def __init__(s, d, heads):
        super().__init__()
        s.layer_norm1, s.self_attn, s.layer_norm2, s.mlp = nn.LayerNorm(d), ClipAttention(d, heads), nn.LayerNorm(d), ClipMlp(d)

    def forward(s, x, m):
        x = x + s.self_attn(s.layer_norm1(x), m)
        return x + s.mlp(s.layer_norm2(x))


class ClipText(nn.Module):
    def __init__(s, d=128, layers=2, vocab=49408, positions=77):
        super().__init__()
        s.embeddings = nn.Module()
        s.embeddings.token_embedding = nn.Embedding(vocab, d)
        s.embeddings.position_embedding = nn.Embedding(positions, d)
        s.encoder = nn.Module()
        s.encoder.layers = nn.ModuleList([ClipLayer(d, max(1, d // 64)) for _ in range(layers)])
        s.final_layer_norm = nn.LayerNorm(d)
        nn.init.normal_(s.embeddings.token_embedding.weight, std=0.02)
        nn.init.normal_(s.embeddings.position_embedding.weight, std=0.01)

    def forward(s, ids):
        t = ids.shape[1]
        x = s.embeddings.token_embedding(ids) + s.embeddings.position_embedding.weight[:t]
        m = torch.full((t, t), float("-inf"), device=ids.device).triu(1)
        for l in s.encoder.layers:
            x = l(x, m)
        return s.final_layer_norm(x)


# ---------------------------------------------------------------- autoencoder (KL, f8)
class VaeRes(nn.Module):
    def __init__(s, i, o):
        super().__init__()
        s.norm1, s.conv1, s.norm2, s.conv2 = norm(i, 1e-6), nn.Conv2d(i, o, 3, 1, 1), norm(o, 1e-6), nn.Conv2d(o, o, 3, 1, 1)
        if i != o:
            s.nin_shortcut = nn.Conv2d(i, o, 1)

    def forward(s, x):
        h = s.conv2(F.silu(s.norm2(s.conv1(F.silu(s.norm1(x))))))
        return (s.nin_shortcut(x) if hasattr(s, "nin_shortcut") else x) + h


class VaeAttn(nn.Module):
    def __init__(s, c):
        super().__init__()
        s.norm = norm(c, 1e-6)
        s.q, s.k, s.v, s.proj_out = (nn.Conv2d(c, c, 1) for _ in range(4))

    def forward(s, x):
        b, c, hh, ww = x.shape
        h = s.norm(x)
        q, k, v = (m(h).flatten(2) for m in (s.q, s.k, s.v))
        a = (q.transpose(1, 2) @ k * c**-0.5).softmax(-1)
        return x + s.proj_out((v @ a.transpose(1, 2)).view(b, c, hh, ww))


class Down(nn.Module):
    def __init__(s, c):
        super().__init__()
        s.conv = nn.Conv2d(c, c, 3, 2, 0)

    def forward(s, x):
        return s.conv(F.pad(x, (0, 1, 0, 1)))


class Up(nn.Module):
    def __init__(s, c):
        super().__init__()
        s.conv = nn.Conv2d(c, c, 3, 1, 1)

    def forward(s, x):
        return s.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))


def mid(c):
    m = nn.Module()
    m.block_1, m.attn_1, m.block_2 = VaeRes(c, c), VaeAttn(c), VaeRes(c, c)
    return m


def run_mid(m, x):
    return m.block_2(m.attn_1(m.block_1(x)))


class Encoder(nn.Module):
    def __init__(s, ch, mult, blocks, z):
        super().__init__()
        s.conv_in = nn.Conv2d(3, ch, 3, 1, 1)
        s.down = nn.ModuleList()
        i = ch
        for l, m in enumerate(mult):
            d = nn.Module()
            d.block = nn.ModuleList()
            for _ in range(blocks):
                d.block.append(VaeRes(i, ch * m))
                i = ch * m
            if l != len(mult) - 1:
                d.downsample = Down(i)
            s.down.append(d)
        s.mid = mid(i)
        s.norm_out = norm(i, 1e-6)
        s.conv_out = nn.Conv2d(i, 2 * z, 3, 1, 1)

    def forward(s, x):
        h = s.conv_in(x)
        for d in s.down:
            for b in d.block:
                h = b(h)
            if hasattr(d, "downsample"):
                h = d.downsample(h)
        return s.conv_out(F.silu(s.norm_out(run_mid(s.mid, h))))


class Decoder(nn.Module):
    def __init__(s, ch, mult, blocks, z):
        super().__init__()
        i = ch * mult[-1]
        s.conv_in = nn.Conv2d(z, i, 3, 1, 1)
        s.mid = mid(i)
        ups = []
        for l in reversed(range(len(mult))):
            u = nn.Module()
            u.block = nn.ModuleList()
            for _ in range(blocks + 1):
                u.block.append(VaeRes(i, ch * mult[l]))
                i = ch * mult[l]
            if l != 0:
                u.upsample = Up(i)
            ups.insert(0, u)
        s.up = nn.ModuleList(ups)
        s.norm_out = norm(i, 1e-6)
        s.conv_out = nn.Conv2d(i, 3, 3, 1, 1)

    def forward(s, z):
        h = run_mid(s.mid, s.conv_in(z))
        for u in reversed(s.up):
            for b in u.block:
                h = b(h)
            if hasattr(u, "upsample"):
                h = u.upsample(h)
        return s.conv_out(F.silu(s.norm_out(h)))


class Autoencoder(nn.Module):
    def __init__(s, ch=32, mult=(1, 1, 2, 4), blocks=1, z=4):
        super().__init__()
        s.encoder, s.decoder = Encoder(ch, mult, blocks, z), Decoder(ch, mult, blocks, z)
        s.quant_conv, s.post_quant_conv = nn.Conv2d(2 * z, 2 * z, 1), nn.Conv2d(z, z, 1)

    def moments(s, x):
        return s.quant_conv(s.encoder(x)).chunk(2, 1)

    def decode(s, z):
        return s.decoder(s.post_quant_conv(z))


# ---------------------------------------------------------------- UNet (SD 1.x layout, 8 heads)
class Res(nn.Module):
    def __init__(s, i, o, e):
        super().__init__()
        s.in_layers = nn.Sequential(norm(i), nn.SiLU(), nn.Conv2d(i, o, 3, 1, 1))
        s.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(e, o))
        s.out_layers = nn.Sequential(norm(o), nn.SiLU(), nn.Dropout(0.0), nn.Conv2d(o, o, 3, 1, 1))
        s.skip_connection = nn.Identity() if i == o else nn.Conv2d(i, o, 1)
        nn.init.zeros_(s.out_layers[3].weight)
        nn.init.zeros_(s.out_layers[3].bias)

    def forward(s, x, e, c):
        return s.skip_connection(x) + s.out_layers(s.in_layers(x) + s.emb_layers(e)[:, :, None, None])


class CrossAttn(nn.Module):
    def __init__(s, d, cd, heads):
        super().__init__()
        s.heads = heads
        s.to_q, s.to_k, s.to_v = nn.Linear(d, d, bias=False), nn.Linear(cd, d, bias=False), nn.Linear(cd, d, bias=False)
        s.to_out = nn.Sequential(nn.Linear(d, d), nn.Dropout(0.0))

    def forward(s, x, c):
        b, t, d = x.shape
        h = s.heads
        q, k, v = s.to_q(x), s.to_k(c), s.to_v(c)
        q, k, v = (u.view(b, -1, h, d // h).transpose(1, 2) for u in (q, k, v))
        return s.to_out(((q @ k.transpose(-1, -2) * (d // h) ** -0.5).softmax(-1) @ v).transpose(1, 2).reshape(b, t, d))


class GEGLU(nn.Module):
    def __init__(s, d, o):
        super().__init__()
        s.proj = nn.Linear(d, o * 2)

    def forward(s, x):
        x, g = s.proj(x).chunk(2, -1)
        return x * F.gelu(g)


class TBlock(nn.Module):
    def __init__(s, d, cd, heads):
        super().__init__()
        s.attn1, s.attn2 = CrossAttn(d, d, heads), CrossAttn(d, cd, heads)
        s.norm1, s.norm2, s.norm3 = nn.LayerNorm(d), nn.LayerNorm(d), nn.LayerNorm(d)
        s.ff = nn.Module()
        s.ff.net = nn.Sequential(GEGLU(d, 4 * d), nn.Dropout(0.0), nn.Linear(4 * d, d))

    def forward(s, x, c):
        n = s.norm1(x)
        x = x + s.attn1(n, n)
        x = x + s.attn2(s.norm2(x), c)
        return x + s.ff.net(s.norm3(x))


class Spatial(nn.Module):
    def __init__(s, ch, cd, heads):
        super().__init__()
        s.norm = norm(ch, 1e-6)
        s.proj_in = nn.Conv2d(ch, ch, 1)
        s.transformer_blocks = nn.ModuleList([TBlock(ch, cd, heads)])
        s.proj_out = nn.Conv2d(ch, ch, 1)
        nn.init.zeros_(s.proj_out.weight)
        nn.init.zeros_(s.proj_out.bias)

    def forward(s, x, e, c):
        b, ch, h, w = x.shape
        t = s.proj_in(s.norm(x)).flatten(2).transpose(1, 2)
        for blk in s.transformer_blocks:
            t = blk(t, c)
        return x + s.proj_out(t.transpose(1, 2).reshape(b, ch, h, w))


class UDown(nn.Module):
    def __init__(s, c):
        super().__init__()
        s.op = nn.Conv2d(c, c, 3, 2, 1)

    def forward(s, x, e, c):
        return s.op(x)


class UUp(nn.Module):
    def __init__(s, c):
        super().__init__()
        s.conv = nn.Conv2d(c, c, 3, 1, 1)

    def forward(s, x, e, c):
        return s.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))


class ConvIn(nn.Conv2d):
    def forward(s, x, e=None, c=None):
        return super().forward(x)


def temb(t, d):
    f = torch.exp(-math.log(10000) * torch.arange(d // 2, dtype=torch.float32, device=t.device) / (d // 2))
    a = t[:, None].float() * f[None]
    return torch.cat([a.cos(), a.sin()], -1)


class UNet(nn.Module):
    def __init__(s, mc=64, mult=(1, 2, 4), blocks=2, cd=128, heads=8, z=4, attn=(0, 1, 2, 3)):
        super().__init__()
        e = mc * 4
        s.mc = mc
        s.time_embed = nn.Sequential(nn.Linear(mc, e), nn.SiLU(), nn.Linear(e, e))
        s.input_blocks = nn.ModuleList([nn.ModuleList([ConvIn(z, mc, 3, 1, 1)])])
        chans = [mc]
        ch = mc
        for l, m in enumerate(mult):
            for _ in range(blocks):
                s.input_blocks.append(nn.ModuleList([Res(ch, m * mc, e)] + ([Spatial(m * mc, cd, heads)] if l in attn else [])))
                ch = m * mc
                chans.append(ch)
            if l != len(mult) - 1:
                s.input_blocks.append(nn.ModuleList([UDown(ch)]))
                chans.append(ch)
        s.middle_block = nn.ModuleList([Res(ch, ch, e), Spatial(ch, cd, heads), Res(ch, ch, e)])
        s.output_blocks = nn.ModuleList()
        for l, m in list(enumerate(mult))[::-1]:
            for i in range(blocks + 1):
                layers = [Res(ch + chans.pop(), m * mc, e)] + ([Spatial(m * mc, cd, heads)] if l in attn else [])
                ch = m * mc
                if l and i == blocks:
                    layers.append(UUp(ch))
                s.output_blocks.append(nn.ModuleList(layers))
        s.out = nn.Sequential(norm(ch), nn.SiLU(), nn.Conv2d(mc, z, 3, 1, 1))
        nn.init.zeros_(s.out[2].weight)
        nn.init.zeros_(s.out[2].bias)

    def forward(s, x, t, c):
        e = s.time_embed(temb(t, s.mc))
        hs = []
        for blk in s.input_blocks:
            for l in blk:
                x = l(x, e, c)
            hs.append(x)
        for l in s.middle_block:
            x = l(x, e, c)
        for blk in s.output_blocks:
            x = torch.cat([x, hs.pop()], 1)
            for l in blk:
                x = l(x, e, c)
        return s.out(x)


def alphas_cumprod(n=1000, a=0.00085, b=0.012):
    return torch.cumprod(1 - torch.linspace(a**0.5, b**0.5, n, dtype=torch.float64) ** 2, 0).float()
