// A server process reduced to its worker host: runs the built rooms in plain Node, as a user's installation does.
// Arguments: folder, pack URL. Commands come as lines of JSON on the channel, answers go back the same way.
import { join } from 'node:path';
import { createLocalEventBus, openSqliteJobStore } from '@snug/store';
import { createWorkerHost } from '@snug/worker';

const [folder, pack] = process.argv.slice(2);
const jobs = await openSqliteJobStore({ path: join(folder, 'jobs.db') });
const events = createLocalEventBus();
events.subscribe(event => process.send({ event }));
const host = createWorkerHost({
  jobs,
  events,
  environment: {},
  childOptions: {
    folders: { base: folder },
    settings: { disableMetadata: false, previewMethod: 'none', previewSize: 512 },
    extraPacks: [pack],
  },
});
process.on('message', async command => {
  if (command.submit) await jobs.submit(command.submit);
  if (command.libraries) process.send({ libraries: process.report.getReport().sharedObjects });
});
await host.start();
await host.ready();
process.send({ ready: true });
