// Preloaded into a server: tells the process that started it which port it got, and goes when that process goes.
import { tracingChannel } from 'node:diagnostics_channel';

tracingChannel('net.server.listen').asyncEnd.subscribe(({ server }) => {
  process.send(server.address().port);
});
process.on('disconnect', () => process.exit());
