import fc from 'fast-check';

// The same made-up values in every run, so that what is green stays green; FC_SEED=n gives others, `npm run properties`
// the values of many seeds.
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 1) });
