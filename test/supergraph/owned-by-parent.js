// Preloaded into a server: sends its port to the parent process, and exits when the parent exits.
import { tracingChannel } from 'node:diagnostics_channel';

tracingChannel('net.server.listen').asyncEnd.subscribe(({ server }) => {
  process.send(server.address().port);
});
process.on('disconnect', () => process.exit());
