/** Where a file stands on its way. `settling` has been looked at and was still being written. */
export type ArrivalStatus =
  | 'discovered'
  | 'settling'
  | 'ready'
  | 'decoding'
  | 'inferring'
  | 'done'
  | 'not-analysed'
  | 'failed'
  | 'duplicate'
  | 'vanished';
