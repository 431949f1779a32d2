//! Matrix products in `f32`, in a fixed order of addition.
//!
//! Plain loops that the compiler turns into vector instructions, about 40 GFLOP/s a core. A library with hand-written
//! kernels is twice as fast, but picks them by processor, and the last digits with them.

/// Columns computed side by side, and rows: what fits into the registers of every x86-64 and ARM64 processor.
const COLUMNS: usize = 16;
const ROWS: usize = 2;

/// A matrix ready to be multiplied with: blocks of `COLUMNS` outputs, in each block input by input.
pub(crate) struct Packed {
    inputs: usize,
    outputs: usize,
    values: Vec<[f32; COLUMNS]>,
}

impl Packed {
    /// From one row of `inputs` numbers for each output, as linear layers are stored.
    pub(crate) fn from_outputs(values: &[f32], inputs: usize) -> Self {
        Self::from_rows(values.chunks_exact(inputs), inputs)
    }

    /// From one row for each output.
    pub(crate) fn from_rows<'a>(rows: impl ExactSizeIterator<Item = &'a [f32]>, inputs: usize) -> Self {
        let outputs = rows.len();
        let mut values = vec![[0.0; COLUMNS]; outputs.div_ceil(COLUMNS) * inputs];
        for (output, row) in rows.enumerate() {
            let block = output / COLUMNS * inputs;
            for (packed, &value) in values[block..block + inputs].iter_mut().zip(row) {
                packed[output % COLUMNS] = value;
            }
        }
        Self { inputs, outputs, values }
    }

    /// From one row of `outputs` numbers for each input.
    pub(crate) fn from_columns<'a>(rows: impl ExactSizeIterator<Item = &'a [f32]>, outputs: usize) -> Self {
        let inputs = rows.len();
        let mut values = vec![[0.0; COLUMNS]; outputs.div_ceil(COLUMNS) * inputs];
        for (input, row) in rows.enumerate() {
            for (block, part) in row.chunks(COLUMNS).enumerate() {
                values[block * inputs + input][..part.len()].copy_from_slice(part);
            }
        }
        Self { inputs, outputs, values }
    }

    /// The product of rows of `inputs` numbers: rows of `outputs` numbers.
    pub(crate) fn product<'a>(&self, rows: impl ExactSizeIterator<Item = &'a [f32]>) -> Vec<f32> {
        let rows: Vec<&[f32]> = rows.map(|row| &row[..self.inputs]).collect();
        let mut product = vec![0.0; rows.len() * self.outputs];
        for (block, values) in self.values.chunks_exact(self.inputs).enumerate() {
            let first = block * COLUMNS;
            let width = COLUMNS.min(self.outputs - first);
            let mut put = |row: usize, sums: [f32; COLUMNS]| {
                let start = row * self.outputs + first;
                product[start..start + width].copy_from_slice(&sums[..width]);
            };
            let (pairs, rest) = rows.as_chunks::<ROWS>();
            for (index, pair) in pairs.iter().enumerate() {
                for (offset, sums) in sums(pair, values).into_iter().enumerate() {
                    put(index * ROWS + offset, sums);
                }
            }
            // Every number is the same sum in the same order, whether its row is one of a pair or alone.
            for (offset, row) in rest.iter().enumerate() {
                put(pairs.len() * ROWS + offset, sums(&[*row], values)[0]);
            }
        }
        product
    }
}

/// The heart of it: `N` rows times one block.
fn sums<const N: usize>(rows: &[&[f32]; N], values: &[[f32; COLUMNS]]) -> [[f32; COLUMNS]; N] {
    // Rows as long as the block, so that no bound is checked within.
    let rows = rows.map(|row| &row[..values.len()]);
    let mut sums = [[0.0; COLUMNS]; N];
    for (input, packed) in values.iter().enumerate() {
        for (sums, row) in sums.iter_mut().zip(&rows) {
            let factor = row[input];
            for (sum, value) in sums.iter_mut().zip(packed) {
                *sum += factor * value;
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_those_of_the_definition_in_every_shape() {
        for (rows, inputs, outputs) in [(1, 1, 1), (3, 5, 2), (4, 16, 16), (9, 7, 33)] {
            let number = |index: usize| (index * 7 % 11) as f32 - 5.0;
            let left: Vec<f32> = (0..rows * inputs).map(number).collect();
            let right: Vec<f32> = (0..outputs * inputs).map(number).collect();
            let expected: Vec<f32> = (0..rows * outputs)
                .map(|at| (0..inputs).map(|i| left[at / outputs * inputs + i] * right[at % outputs * inputs + i]).sum())
                .collect();
            let packed = Packed::from_outputs(&right, inputs);
            assert_eq!(packed.product(left.chunks_exact(inputs)), expected);
            let turned: Vec<f32> =
                (0..inputs * outputs).map(|at| right[at % outputs * inputs + at / outputs]).collect();
            let packed = Packed::from_columns(turned.chunks_exact(outputs), outputs);
            assert_eq!(packed.product(left.chunks_exact(inputs)), expected);
        }
    }
}
