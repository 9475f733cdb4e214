"""Running Stadtwissen: health, start-up checks, preparation, worker, doctor."""
