// VAE files of the diffusers library hold the same weights under other names: maps the LDM name that the graph asks for to the
// name in such a file. Names: huggingface/diffusers (Apache-2.0), AutoencoderKL before and after its attention was renamed.

type Has = (key: string) => boolean;

const ATTENTION_NAMES: Readonly<Record<string, readonly [string, string]>> = {
  norm: ['group_norm', 'group_norm'],
  q: ['to_q', 'query'],
  k: ['to_k', 'key'],
  v: ['to_v', 'value'],
  proj_out: ['to_out.0', 'proj_attn'],
};

/** Whether the keys look like an AutoencoderKL of diffusers. */
export function isDiffusersVae(has: Has): boolean {
  return has('decoder.mid_block.resnets.0.conv1.weight') && has('encoder.down_blocks.0.resnets.0.conv1.weight');
}

/** Key of such a file for an LDM name; names that are the same in both come back unchanged. */
export function diffusersVaeKeys(has: Has): (name: string) => string {
  let levelCount = 0;
  while (has(`decoder.up_blocks.${levelCount}.resnets.0.conv1.weight`)) levelCount++;
  return name =>
    name
      .replace(/^encoder\.down\.(\d+)\./, 'encoder.down_blocks.$1.')
      // The blocks of diffusers are numbered as they run, those of LDM by size.
      .replace(/^decoder\.up\.(\d+)\./, (_, level) => `decoder.up_blocks.${levelCount - 1 - Number(level)}.`)
      .replace(/_blocks\.(\d+)\.block\./, '_blocks.$1.resnets.')
      .replace('.downsample.conv.', '.downsamplers.0.conv.')
      .replace('.upsample.conv.', '.upsamplers.0.conv.')
      .replace(/\.mid\.block_(\d)\./, (_, block) => `.mid_block.resnets.${Number(block) - 1}.`)
      .replace('.nin_shortcut.', '.conv_shortcut.')
      .replace(/^(encoder|decoder)\.norm_out\./, '$1.conv_norm_out.')
      .replace(/^(encoder|decoder)\.mid\.attn_1\.(\w+)\.(\w+)$/, (_, side, part, kind) => {
        const [current, former] = ATTENTION_NAMES[part] ?? [part, part];
        const key = `${side}.mid_block.attentions.0.${current}.${kind}`;
        return has(key) ? key : `${side}.mid_block.attentions.0.${former}.${kind}`;
      });
}
