import DataLoader from 'dataloader';
import type { ReusableDocument, ReusableDocumentsKey } from '../../domain/reusable-document.ts';
import type { OperationBudget } from '../../services/operation-budget.ts';
import type { Services } from '../../services/services.ts';
import { batchByKey } from './batch-by-key.ts';
import { ProcessLoader } from './process-loader.ts';

/** Loads the reusable documents of one kind by CPF or CURP. */
type ReusableDocumentsLoader = DataLoader<ReusableDocumentsKey, ReusableDocument[], string>;

function createReusableDocumentsLoader(
  services: LoaderServices,
  budget: OperationBudget,
): ReusableDocumentsLoader {
  return new DataLoader(
    batchByKey((key) => services.reusableDocuments.find(key, budget.forRead())),
    { name: 'reusableDocuments', cacheKeyFn: ({ code, type }) => `${code} ${type}` },
  );
}

type LoaderServices = Pick<Services, 'processReader' | 'reusableDocuments'>;

/**
 * What one request has read so far; all reads of resolvers go through it. Never shared between requests: callers may
 * see different things. Each loader is created when it is first used, because most requests use none. It is a class to
 * save memory: V8 keeps the getters of an object literal with its shape, and with them everything of a request that
 * they reference, until the old generation is collected.
 */
export class Loaders {
  readonly #services: LoaderServices;
  readonly #budget: OperationBudget;
  #process: ProcessLoader | null = null;
  #reusableDocuments: ReusableDocumentsLoader | null = null;

  /** `budget` is the deadline and the priority of the operation's calls to Unico. */
  constructor(services: LoaderServices, budget: OperationBudget) {
    this.#services = services;
    this.#budget = budget;
  }

  /** The loader of processes. */
  get process(): ProcessLoader {
    return (this.#process ??= new ProcessLoader(this.#services.processReader, this.#budget));
  }

  /** The loader of reusable documents. */
  get reusableDocuments(): ReusableDocumentsLoader {
    return (this.#reusableDocuments ??= createReusableDocumentsLoader(this.#services, this.#budget));
  }
}
