import { startListening, type Listening } from './start-listening.ts';

export type Gateway = Listening;

/** A real gateway in a process of its own, which composes the subgraphs (name → address) by itself. */
export function startGateway(subgraphs: Record<string, string>): Promise<Gateway> {
  const services = Object.entries(subgraphs).flatMap(([name, url]) => ['--dev-service', `${name}=${url}`]);
  return startListening('@graphql-hive/gateway/dist/bin.js', {
    args: ['supergraph', ...services, '--host', '127.0.0.1', '--port', '0'],
  });
}
