import type { ClientId } from '../../domain/caller.ts';
import type { Claim } from '../../domain/call-options.ts';
import type { ProcessId } from '../../domain/process-id.ts';

/** The most reservations of a client: more would be a second queue, in which its new requests never get a turn. */
const MAX_OF_CLIENT = 20;

type Reservation = { arrivedAt: number; until: number };

/**
 * The places of requests that were refused for lack of a slot, by client and process. A client that comes back for the
 * same process keeps the arrival time of its first request. Times are by the clock of `performance`.
 */
export class Reservations {
  readonly #ofClients = new Map<ClientId | null, Map<ProcessId, Reservation>>();

  /** When the refused request for this process first came; `null` where no place is reserved. */
  arrivalOf({ client, processId }: Claim, now: number): number | null {
    if (processId === null) return null;
    const reservation = this.#ofClients.get(client)?.get(processId);
    return reservation === undefined || reservation.until <= now ? null : reservation.arrivedAt;
  }

  /** How many places are reserved for a client. */
  countOf(client: ClientId | null): number {
    return this.#ofClients.get(client)?.size ?? 0;
  }

  /** Reserves a place, unless the client has too many. */
  reserve({ client, processId }: Claim, reservation: Reservation): void {
    if (processId === null) return;
    let ofClient = this.#ofClients.get(client);
    if (ofClient === undefined) this.#ofClients.set(client, (ofClient = new Map()));
    if (ofClient.size < MAX_OF_CLIENT || ofClient.has(processId)) ofClient.set(processId, reservation);
  }

  /** Ends a reservation: its request was sent. */
  use({ client, processId }: Claim): void {
    if (processId !== null) this.#ofClients.get(client)?.delete(processId);
  }

  /** Removes the reservations that have ended. */
  dropEnded(now: number): void {
    for (const [client, reservations] of this.#ofClients) {
      for (const [id, { until }] of reservations) if (until <= now) reservations.delete(id);
      if (reservations.size === 0) this.#ofClients.delete(client);
    }
  }
}
