// `GET /system_stats` and `/features` (spec http.md 7.1, 7.2).
import { freemem, totalmem } from 'node:os';
import { serverFeatureFlags } from '../feature-flags.ts';
import { jsonReply } from '../http/replies.ts';
import type { Route } from '../http/route-table.ts';
import type { DeviceStats } from '../ports.ts';
import type { ServerContext } from '../server-context.ts';
import { featuresDoc, systemStatsDoc } from './system-docs.ts';

export function systemRoutes(context: ServerContext): readonly Route[] {
  const flags = serverFeatureFlags(context);
  return [
    {
      method: 'GET',
      path: '/system_stats',
      doc: systemStatsDoc,
      handler: async (_request, reply) => jsonReply(reply, await statsOf(context)),
    },
    { method: 'GET', path: '/features', doc: featuresDoc, handler: (_request, reply) => jsonReply(reply, flags) },
  ];
}

async function statsOf({ runner, versions, argv }: ServerContext): Promise<object> {
  const devices = await runner.devices();
  const [first] = devices;
  return {
    system: {
      os: process.platform,
      ram_total: totalmem(),
      ram_free: freemem(),
      comfyui_version: versions.comfyui,
      required_frontend_version: versions.requiredFrontend,
      installed_templates_version: versions.templates,
      required_templates_version: versions.templates,
      comfy_package_versions: [],
      python_version: versions.python,
      pytorch_version: versions.pytorch,
      embedded_python: false,
      deploy_environment: 'snug',
      argv,
    },
    devices: devices.map(deviceJson),
    // Not in the reference; some clients show it (spec clients.md 1).
    vram: { total: first?.vramTotalBytes ?? 0, free: first?.vramFreeBytes ?? 0 },
  };
}

function deviceJson(device: DeviceStats): object {
  return {
    name: device.name,
    type: device.type,
    index: device.index,
    vram_total: device.vramTotalBytes,
    vram_free: device.vramFreeBytes,
    torch_vram_total: device.torchVramTotalBytes,
    torch_vram_free: device.torchVramFreeBytes,
  };
}
