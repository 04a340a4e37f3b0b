import { readFile } from 'node:fs/promises';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse, type GraphQLSchema } from 'graphql';
import { resolveEntitiesIndependently } from '../../src/graphql/schema/entities.ts';
import { PRODUCTS_SDL } from '../supergraph/federation-suite.ts';

/*
 * The subgraph `products` that Apollo's suite asks for. Data and names are the suite's.
 */

const user = {
  email: 'support@apollographql.com',
  name: 'Jane Smith',
  totalProductsCreated: 1337,
  yearsOfEmployment: 10,
};

const deprecatedProduct = {
  sku: 'apollo-federation-v1',
  package: '@apollo/federation-v1',
  reason: 'Migrate to Federation V2',
  createdBy: user,
};

const product = {
  dimensions: { size: 'small', weight: 1, unit: 'kg' },
  createdBy: user,
};

const research = [
  { study: { caseNumber: '1234', description: 'Federation Study' } },
  { study: { caseNumber: '1235', description: 'Studio Study' } },
];

const products = [
  {
    ...product,
    id: 'apollo-federation',
    sku: 'federation',
    package: '@apollo/federation',
    variation: { id: 'OSS' },
    research: research.slice(0, 1),
  },
  {
    ...product,
    id: 'apollo-studio',
    sku: 'studio',
    package: '',
    variation: { id: 'platform' },
    research: research.slice(1),
  },
];

type Product = (typeof products)[number];
type User = Pick<typeof user, 'email' | 'totalProductsCreated' | 'yearsOfEmployment'>;

const resolvers = {
  Query: {
    product: (_: unknown, { id }: Pick<Product, 'id'>) => products.find((each) => each.id === id),
    deprecatedProduct: () => deprecatedProduct,
  },
  Product: {
    /** By any one of its three keys. */
    __resolveReference: (given: Partial<Product>) =>
      products.find(
        ({ id, sku, package: name, variation }) =>
          given.id === id ||
          (given.sku === sku && (given.package === name || given.variation?.id === variation.id)),
      ),
  },
  DeprecatedProduct: { __resolveReference: () => deprecatedProduct },
  ProductResearch: {
    __resolveReference: ({ study }: (typeof research)[number]) =>
      research.find((each) => each.study.caseNumber === study.caseNumber),
  },
  User: {
    __resolveReference: (given: User) => ({ ...given, name: user.name }),
    averageProductsCreatedPerYear: ({ totalProductsCreated, yearsOfEmployment }: User) =>
      Math.round(totalProductsCreated / yearsOfEmployment),
  },
  Inventory: {
    __resolveReference: ({ id }: { id: string }) => ({ id, deprecatedProducts: [deprecatedProduct] }),
  },
};

/**
 * Made as this subgraph's own schema is made, but for the scopes: the suite refuses a schema that imports
 * `@requiresScopes`, which is younger than the version of federation that it asks for.
 */
export async function createProductsSchema(): Promise<GraphQLSchema> {
  const schema = buildSubgraphSchema([{ typeDefs: parse(await readFile(PRODUCTS_SDL, 'utf8')), resolvers }]);
  resolveEntitiesIndependently(schema, {
    Product: resolvers.Product,
    DeprecatedProduct: resolvers.DeprecatedProduct,
    ProductResearch: resolvers.ProductResearch,
    User: resolvers.User,
    Inventory: resolvers.Inventory,
  });
  return schema;
}
