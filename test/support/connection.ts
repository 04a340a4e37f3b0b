import { connect } from 'node:net';

/** A raw connection to a server, for requests that no HTTP client would send. Each character is a byte. */
export type Connection = {
  send(text: string): void;
  /** Writes a text one character at a time, over and over, for as long as the connection lasts. */
  trickle(text: string, everyMs: number): void;
  /** Half-closes the connection: nothing more is sent. */
  end(): void;
  stopReading(): void;
  /** Reads one chunk at each interval. */
  readSlowly(everyMs: number): void;
  /** Everything that has been read. */
  received(): string;
  /** Resolves with everything that was read, once the server has closed the connection. */
  closed: Promise<string>;
  /** Whether the server closes the connection within this time. */
  closesWithin(ms: number): Promise<boolean>;
  /** Closes the connection at once. */
  leave(): void;
};

/** Connects to the host and port of a URL. */
export function openConnection(url: string): Connection {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  const timers: NodeJS.Timeout[] = [];
  const received = (): string => Buffer.concat(chunks).toString('latin1');
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  // Most of these connections exist to be cut off.
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

/** Sends a text and nothing more. Resolves with everything that comes back until the server closes the connection. */
export function exchange(url: string, text: string): Promise<string> {
  const connection = openConnection(url);
  connection.send(text);
  connection.end();
  return connection.closed;
}
