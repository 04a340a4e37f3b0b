// node compose-guild.js <folder of subgraphs>: prints the supergraph of The Guild's composition (Hive).
import { composeServices } from '@theguild/federation-composition';
import { printComposed } from './print-composed.js';
import { readSubgraphs } from './read-subgraphs.js';

printComposed(composeServices(readSubgraphs(process.argv[2])));
