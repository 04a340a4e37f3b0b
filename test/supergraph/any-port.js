// Preloaded into programs with a fixed port: they listen on any free port instead.
import { Server } from 'node:net';

const { listen } = Server.prototype;
Server.prototype.listen = function listenAnywhere(where, ...rest) {
  return listen.call(this, { ...where, host: '127.0.0.1', port: 0 }, ...rest);
};
