import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { loadConfig } from './config.ts';
import { addConfigFlags, configFlags } from './config-flags.ts';

function parse(...args: string[]) {
  const command = addConfigFlags(new Command().exitOverride().configureOutput({ writeErr: () => undefined }));
  command.parse(args, { from: 'user' });
  return loadConfig({ flags: configFlags(command.opts()), environment: {} });
}

describe('configuration flags', () => {
  it('leaves everything at its default without flags', () => {
    expect(parse()).toEqual(loadConfig({ flags: {}, environment: {} }));
  });

  it("takes the reference's flags as they are written", () => {
    const config = parse(
      '--listen',
      '--port',
      '8200',
      '--enable-cors-header',
      '--verbose',
      '--cpu',
      '--cache-lru',
      '5',
    );
    expect(config).toMatchObject({
      listen: ['0.0.0.0', '::'],
      port: 8200,
      enableCorsHeader: '*',
      verbose: 'DEBUG',
      cpu: true,
      cacheLru: 5,
    });
  });

  it('takes values for flags that may go without', () => {
    const config = parse(
      '--listen',
      '127.0.0.1,::1',
      '--enable-cors-header',
      'https://a.example',
      '--verbose',
      'error',
    );
    expect(config).toMatchObject({
      listen: ['127.0.0.1', '::1'],
      enableCorsHeader: 'https://a.example',
      verbose: 'ERROR',
    });
  });

  it('collects model path files from repeated flags', () => {
    const config = parse('--extra-model-paths-config', 'a.yaml', 'b.yaml', '--extra-model-paths-config', 'c.yaml');
    expect(config.extraModelPathsConfig).toEqual(['a.yaml', 'b.yaml', 'c.yaml']);
  });

  it('takes the memory cache with and without numbers', () => {
    expect(parse('--cache-ram').cacheRam).toBe(true);
    expect(parse('--cache-ram', '4.5', '8').cacheRam).toEqual([4.5, 8]);
  });
});
