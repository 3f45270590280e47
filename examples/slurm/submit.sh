#!/bin/sh
# The command that hands out the work, as a small job of its own:  sbatch submit.sh CORPUS OUT [options of eventcode code]
#SBATCH --job-name=eventcode-main
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=2
#SBATCH --mem=8G
#SBATCH --time=24:00:00
# On its time limit Slurm sends SIGTERM and waits: eventcode stops cleanly, and the same command goes on later.
#SBATCH --signal=B:TERM@120
set -eu
corpus=$1 out=$2
shift 2
exec python code_on_slurm.py "$corpus" --out "$out" --jobs 20 --cores 16 --memory 16GB --walltime 06:00:00 -- "$@"
