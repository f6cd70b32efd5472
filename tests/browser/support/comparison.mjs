// Is one set of measurements larger than another by more than chance? The exact rank-sum test (Wilcoxon, Mann and
// Whitney): no threshold in the measured unit, no assumption about how the values are spread, outliers weigh one rank.

/** The ranks of all values together, from 1; equal values share the mean of theirs. */
function ranksOf(values) {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const ranks = Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && order[to].value === order[from].value) to++;
    for (let i = from; i < to; i++) ranks[order[i].index] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

/** Every way to choose `count` of `values`: the sums. */
function sumsOfChoices(values, count) {
  if (count === 0) return [0];
  if (values.length < count) return [];
  const [first, ...rest] = values;
  return [...sumsOfChoices(rest, count - 1).map((sum) => sum + first), ...sumsOfChoices(rest, count)];
}

/**
 * The probability that `after` ranks as high above `before` as it does, or higher, when nothing but chance decides which
 * value is in which set: near 0 when `after` is larger, 1 when all are equal. Up to some 10 values each.
 */
export function chanceOfLarger(after, before) {
  const ranks = ranksOf([...after, ...before]);
  const seen = ranks.slice(0, after.length).reduce((sum, rank) => sum + rank, 0);
  const sums = sumsOfChoices(ranks, after.length);
  return sums.filter((sum) => sum >= seen).length / sums.length;
}
