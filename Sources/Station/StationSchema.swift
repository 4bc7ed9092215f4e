// The tables of a station.

/// What stands where. What people see has the number of the change that wrote last what belongs to it (`revision`: a track's gone, verdict and pictures are its own), and when the station heard of
/// it (`heard`, milliseconds since 1970 by its own clock). A sender's `station` is the epoch under which the one that takes its packets answers. Times of senders are milliseconds of an epoch, which `clocks` bring to 1970.
enum StationSchema {
    static let version = 4

    static let text = """
        CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO state VALUES ('revision', 0);
        CREATE TABLE senders (
            sender INTEGER PRIMARY KEY, name TEXT NOT NULL, epoch INTEGER, counter INTEGER, names INTEGER,
            station INTEGER, heard INTEGER, timed INTEGER NOT NULL, revision INTEGER NOT NULL);
        CREATE TABLE clocks (
            sender INTEGER NOT NULL, epoch INTEGER NOT NULL, began INTEGER NOT NULL, doubt INTEGER NOT NULL,
            PRIMARY KEY (sender, epoch)) WITHOUT ROWID;
        CREATE TABLE tracks (
            sender INTEGER NOT NULL, number INTEGER NOT NULL, camera INTEGER NOT NULL, class INTEGER NOT NULL,
            confidence REAL, latitude REAL, longitude REAL, height REAL, datum INTEGER, error REAL,
            major REAL, minor REAL, bearing REAL, doubts INTEGER NOT NULL,
            middle_x REAL, middle_y REAL, width REAL, box_height REAL,
            first_epoch INTEGER NOT NULL, first_seen INTEGER NOT NULL, epoch INTEGER NOT NULL, seen INTEGER NOT NULL,
            heard INTEGER NOT NULL, revision INTEGER NOT NULL, PRIMARY KEY (sender, number)) WITHOUT ROWID;
        CREATE INDEX tracks_revision ON tracks (revision);
        CREATE TABLE gone (
            sender INTEGER NOT NULL, number INTEGER NOT NULL, reason INTEGER NOT NULL, epoch INTEGER NOT NULL,
            happened INTEGER NOT NULL, PRIMARY KEY (sender, number)) WITHOUT ROWID;
        CREATE TABLE verdicts (
            sender INTEGER NOT NULL, number INTEGER NOT NULL, verdict INTEGER NOT NULL, said INTEGER NOT NULL,
            revision INTEGER NOT NULL, PRIMARY KEY (sender, number)) WITHOUT ROWID;
        CREATE INDEX verdicts_revision ON verdicts (revision);
        CREATE TABLE events (
            sender INTEGER NOT NULL, number INTEGER NOT NULL, rule INTEGER NOT NULL, track INTEGER NOT NULL,
            epoch INTEGER NOT NULL, happened INTEGER NOT NULL, heard INTEGER NOT NULL, acknowledged INTEGER,
            revision INTEGER NOT NULL, PRIMARY KEY (sender, epoch, number)) WITHOUT ROWID;
        CREATE INDEX events_revision ON events (revision);
        CREATE INDEX events_track ON events (sender, track);
        CREATE TABLE parts (
            sender INTEGER NOT NULL, number INTEGER NOT NULL, good INTEGER NOT NULL, inspected INTEGER NOT NULL,
            reason INTEGER, epoch INTEGER NOT NULL, happened INTEGER NOT NULL, heard INTEGER NOT NULL,
            acknowledged INTEGER, revision INTEGER NOT NULL, PRIMARY KEY (sender, epoch, number)) WITHOUT ROWID;
        CREATE INDEX parts_revision ON parts (revision);
        CREATE TABLE pictures (
            sender INTEGER NOT NULL, track INTEGER NOT NULL, level INTEGER NOT NULL, file BLOB NOT NULL,
            revision INTEGER NOT NULL, PRIMARY KEY (sender, track, level));
        CREATE TABLE scenes (
            sender INTEGER NOT NULL, camera INTEGER NOT NULL, file BLOB NOT NULL, heard INTEGER NOT NULL,
            revision INTEGER NOT NULL, PRIMARY KEY (sender, camera));
        CREATE TABLE poses (
            sender INTEGER NOT NULL, camera INTEGER NOT NULL, epoch INTEGER NOT NULL, happened INTEGER NOT NULL,
            latitude REAL NOT NULL, longitude REAL NOT NULL, height REAL, datum INTEGER NOT NULL,
            yaw REAL NOT NULL, pitch REAL NOT NULL, view REAL, revision INTEGER NOT NULL, PRIMARY KEY (sender, camera, epoch, happened)) WITHOUT ROWID;
        CREATE INDEX poses_revision ON poses (revision);
        CREATE TABLE health (
            sender INTEGER NOT NULL, camera INTEGER NOT NULL, faults INTEGER NOT NULL, rate INTEGER NOT NULL,
            waiting INTEGER NOT NULL, free REAL NOT NULL, temperature INTEGER, battery REAL, heard INTEGER NOT NULL,
            revision INTEGER NOT NULL, PRIMARY KEY (sender, camera)) WITHOUT ROWID;
        CREATE TABLE texts (
            sender INTEGER NOT NULL, number INTEGER NOT NULL, text TEXT NOT NULL, heard INTEGER NOT NULL,
            PRIMARY KEY (sender, number)) WITHOUT ROWID;
        CREATE TABLE asked (
            sender INTEGER NOT NULL, kind INTEGER NOT NULL, number INTEGER NOT NULL, level INTEGER NOT NULL,
            said INTEGER NOT NULL, revision INTEGER NOT NULL, PRIMARY KEY (sender, kind, number)) WITHOUT ROWID;
        CREATE INDEX asked_revision ON asked (revision);
        CREATE TABLE objects (
            sender INTEGER NOT NULL, kind INTEGER NOT NULL, hash INTEGER NOT NULL, bytes BLOB NOT NULL,
            PRIMARY KEY (sender, kind, hash));
        """
}
