import { connect } from 'node:net';

/** A connection to a server that is written to by hand, for what no HTTP client would send. Bytes are characters. */
export type Connection = {
  send(text: string): void;
  /** Writes one character of a text after the other, and begins anew, for as long as the connection lasts. */
  trickle(text: string, everyMs: number): void;
  /** Says that nothing more will be sent. */
  end(): void;
  stopReading(): void;
  /** Reads what has come now and then. */
  readSlowly(everyMs: number): void;
  /** Everything that was read until now. */
  received(): string;
  /** Everything that was read, once the server has closed the connection. */
  closed: Promise<string>;
  /** Whether the server closes it within this time. */
  closesWithin(ms: number): Promise<boolean>;
  leave(): void;
};

/** Connects to where this URL leads. */
export function openConnection(url: string): Connection {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  const timers: NodeJS.Timeout[] = [];
  const received = (): string => Buffer.concat(chunks).toString('latin1');
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  // To be cut off is what most of these connections are for.
  socket.on('error', () => {});
  const closed = new Promise<string>((resolve) => {
    socket.on('close', () => {
      for (const timer of timers) clearTimeout(timer);
      resolve(received());
    });
  });

  return {
    send: (text) => void socket.write(text, 'latin1'),
    trickle(text, everyMs) {
      let written = 0;
      timers.push(
        setInterval(() => {
          socket.write(text.charAt(written % text.length), 'latin1');
          written += 1;
        }, everyMs),
      );
    },
    end: () => void socket.end(),
    stopReading: () => void socket.pause(),
    readSlowly(everyMs) {
      socket.pause();
      socket.on('data', () => socket.pause());
      timers.push(setInterval(() => socket.resume(), everyMs));
    },
    received,
    closed,
    closesWithin: (ms) =>
      Promise.race([
        closed.then(() => true),
        new Promise<false>((resolve) => {
          timers.push(setTimeout(resolve, ms, false));
        }),
      ]),
    leave: () => void socket.destroy(),
  };
}

/** Sends these bytes and nothing more; everything that comes back until the server closes the connection. */
export function exchange(url: string, text: string): Promise<string> {
  const connection = openConnection(url);
  connection.send(text);
  connection.end();
  return connection.closed;
}
