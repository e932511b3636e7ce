-- Written for SQL_SERVER and never executed by our tests. Its parameters stay as :name.
SELECT
  *
INTO #close_netted
FROM (
  SELECT
    n.item AS item,
    n.location AS location,
    n.matter AS matter,
    CASE WHEN MIN(n.trace) < 0 THEN 1 ELSE 0 END AS is_old,
    CASE
      WHEN :old_day < :last_day
      AND MIN(n.trace) > 0
      AND MIN(n.trace) % 2 = 0
      AND SUBSTRING(n.matter, 1, 9) <> 'transfer:'
      THEN 0
      ELSE 1
    END AS is_whole
  FROM (
    SELECT
      p.item,
      p.location,
      p.matter,
      p.qty AS gap,
      CAST(CASE WHEN p.old = 1 THEN -10 ELSE 10 END * p.period AS INTEGER) AS trace
    FROM (
      SELECT
        e.entry_id AS entry_id,
        e.item AS item,
        e.location AS location,
        e.matter AS matter,
        e.kind AS kind,
        e.document AS document,
        e.moved AS moved,
        e.qty AS qty,
        e.factor AS factor,
        e.period AS period,
        CASE WHEN e.told_at IS NULL OR e.told_at <= :known_until THEN 1 ELSE 0 END AS known,
        CASE
          WHEN (
            :is_day = 0 AND NOT e.happened_at IS NULL AND e.happened_at < :instant
          )
          OR (
            (
              :is_day = 1 OR e.happened_at IS NULL
            ) AND e.day <= :last_day
          )
          THEN 1
          ELSE 0
        END AS is_in,
        CASE
          WHEN :physical_by_day = 0 AND NOT e.told_at IS NULL
          THEN CASE WHEN e.told_at <= :physical_taken THEN 1 ELSE 0 END
          WHEN e.day <= :physical_day
          THEN 1
          ELSE 0
        END AS in_base,
        CASE WHEN e.day <= :old_day THEN 1 ELSE 0 END AS old
      FROM physical_entries AS e
      WHERE
        (
          e.told_at IS NULL OR e.told_at <= :known_until
        )
        AND (
          (
            :is_day = 0 AND NOT e.happened_at IS NULL AND e.happened_at < :instant
          )
          OR (
            (
              :is_day = 1 OR e.happened_at IS NULL
            ) AND e.day <= :last_day
          )
        )
    ) AS p
    UNION ALL
    SELECT
      b.item,
      b.location,
      b.matter,
      -b.qty,
      CAST(CASE WHEN b.old = 1 THEN -10 ELSE 10 END * b.period + 1 AS INTEGER)
    FROM (
      SELECT
        e.entry_id AS entry_id,
        e.item AS item,
        e.location AS location,
        e.matter AS matter,
        e.kind AS kind,
        e.document AS document,
        e.moved AS moved,
        e.qty AS qty,
        e.factor AS factor,
        e.period AS period,
        CASE WHEN e.told_at IS NULL OR e.told_at <= :known_until THEN 1 ELSE 0 END AS known,
        CASE
          WHEN e.day <= :last_day
          OR (
            :is_day = 0
            AND e.day = :next_day
            AND NOT e.told_at IS NULL
            AND e.told_at < :instant
          )
          THEN 1
          ELSE 0
        END AS is_in,
        CASE
          WHEN :book_by_day = 1
          THEN CASE
            WHEN e.day <= :book_day
            AND (
              e.told_at IS NULL OR e.told_at <= :book_taken
            )
            THEN 1
            ELSE 0
          END
          WHEN NOT e.told_at IS NULL
          THEN CASE WHEN e.told_at <= :book_taken THEN 1 ELSE 0 END
          WHEN e.day <= :book_day
          THEN 1
          ELSE 0
        END AS in_base,
        CASE
          WHEN :book_by_day = 1
          AND e.day <= :book_day
          AND (
            e.told_at IS NULL OR e.told_at <= :book_taken
          )
          THEN 1
          ELSE 0
        END AS old
      FROM book_entries AS e
      WHERE
        (
          e.told_at IS NULL OR e.told_at <= :known_until
        )
        AND (
          e.day <= :last_day
          OR (
            :is_day = 0
            AND e.day = :next_day
            AND NOT e.told_at IS NULL
            AND e.told_at < :instant
          )
        )
    ) AS b
    UNION ALL
    SELECT
      o.item,
      o.location,
      o.matter,
      o.qty,
      CAST(NULL AS INTEGER)
    FROM open_items AS o
  ) AS n
  GROUP BY
    n.item,
    n.location,
    n.matter
  HAVING
    SUM(n.gap) <> 0 OR MAX(n.trace) - MIN(n.trace) > 1
) AS temp;

WITH elsewhere AS (
  SELECT
    location AS location
  FROM locations
  WHERE
    kind <> 'warehouse'
), edited_names AS (
  SELECT
    COALESCE(n.root, o.name) AS root
  FROM order_versions AS o
  LEFT JOIN document_names AS n
    ON n.name = o.name
  WHERE
    o.known_at IS NULL OR o.known_at <= :known_until
  GROUP BY
    o.name,
    COALESCE(n.root, o.name)
  HAVING
    MAX(o.is_edit) = 1
    OR MIN(CASE WHEN o.version <> '' THEN o.version END) <> MAX(CASE WHEN o.version <> '' THEN o.version END)
), edited_roots AS (
  SELECT DISTINCT
    root AS root
  FROM edited_names
), edited_orders AS (
  SELECT
    'order:' + e.root AS matter
  FROM edited_roots AS e
  UNION
  SELECT
    'order:' + n.name
  FROM edited_roots AS e
  JOIN document_names AS n
    ON n.root = e.root
)
SELECT
  *
INTO #close_left_over
FROM (
  SELECT
    n.matter AS matter,
    MAX(n.is_old) AS is_old,
    MAX(CASE WHEN o.matter IS NULL THEN n.is_whole ELSE 1 END) AS is_whole
  FROM #close_netted AS n
  LEFT JOIN elsewhere AS x
    ON x.location = n.location
  LEFT JOIN edited_orders AS o
    ON o.matter = n.matter
  WHERE
    x.location IS NULL
  GROUP BY
    n.matter
) AS temp;

SELECT
  *
INTO #close_theirs
FROM (
  SELECT
    1 AS p,
    0 AS b,
    p.entry_id,
    p.item,
    p.location,
    p.matter,
    p.kind,
    p.document,
    p.moved,
    p.qty,
    p.factor,
    p.is_in,
    p.old,
    p.period
  FROM (
    SELECT
      e.entry_id AS entry_id,
      e.item AS item,
      e.location AS location,
      e.matter AS matter,
      e.kind AS kind,
      e.document AS document,
      e.moved AS moved,
      e.qty AS qty,
      e.factor AS factor,
      e.period AS period,
      CASE WHEN e.told_at IS NULL OR e.told_at <= :known_until THEN 1 ELSE 0 END AS known,
      CASE
        WHEN (
          :is_day = 0 AND NOT e.happened_at IS NULL AND e.happened_at < :instant
        )
        OR (
          (
            :is_day = 1 OR e.happened_at IS NULL
          ) AND e.day <= :last_day
        )
        THEN 1
        ELSE 0
      END AS is_in,
      CASE
        WHEN :physical_by_day = 0 AND NOT e.told_at IS NULL
        THEN CASE WHEN e.told_at <= :physical_taken THEN 1 ELSE 0 END
        WHEN e.day <= :physical_day
        THEN 1
        ELSE 0
      END AS in_base,
      CASE WHEN e.day <= :old_day THEN 1 ELSE 0 END AS old
    FROM physical_entries AS e
    WHERE
      (
        e.told_at IS NULL OR e.told_at <= :known_until
      )
  ) AS p
  JOIN #close_left_over AS m
    ON m.matter = p.matter
  LEFT JOIN #close_netted AS n
    ON n.matter = p.matter AND n.item = p.item AND n.location = p.location
  WHERE
    m.is_whole = 1 OR NOT n.matter IS NULL
  UNION ALL
  SELECT
    0,
    1,
    b.entry_id,
    b.item,
    b.location,
    b.matter,
    b.kind,
    b.document,
    b.moved,
    b.qty,
    b.factor,
    b.is_in,
    b.old,
    b.period
  FROM (
    SELECT
      e.entry_id AS entry_id,
      e.item AS item,
      e.location AS location,
      e.matter AS matter,
      e.kind AS kind,
      e.document AS document,
      e.moved AS moved,
      e.qty AS qty,
      e.factor AS factor,
      e.period AS period,
      CASE WHEN e.told_at IS NULL OR e.told_at <= :known_until THEN 1 ELSE 0 END AS known,
      CASE
        WHEN e.day <= :last_day
        OR (
          :is_day = 0
          AND e.day = :next_day
          AND NOT e.told_at IS NULL
          AND e.told_at < :instant
        )
        THEN 1
        ELSE 0
      END AS is_in,
      CASE
        WHEN :book_by_day = 1
        THEN CASE
          WHEN e.day <= :book_day
          AND (
            e.told_at IS NULL OR e.told_at <= :book_taken
          )
          THEN 1
          ELSE 0
        END
        WHEN NOT e.told_at IS NULL
        THEN CASE WHEN e.told_at <= :book_taken THEN 1 ELSE 0 END
        WHEN e.day <= :book_day
        THEN 1
        ELSE 0
      END AS in_base,
      CASE
        WHEN :book_by_day = 1
        AND e.day <= :book_day
        AND (
          e.told_at IS NULL OR e.told_at <= :book_taken
        )
        THEN 1
        ELSE 0
      END AS old
    FROM book_entries AS e
    WHERE
      (
        e.told_at IS NULL OR e.told_at <= :known_until
      )
  ) AS b
  JOIN #close_left_over AS m
    ON m.matter = b.matter
  LEFT JOIN #close_netted AS n
    ON n.matter = b.matter AND n.item = b.item AND n.location = b.location
  WHERE
    m.is_whole = 1 OR NOT n.matter IS NULL
) AS temp;

WITH elsewhere AS (
  SELECT
    location AS location
  FROM locations
  WHERE
    kind <> 'warehouse'
), compared AS (
  SELECT
    t.*
  FROM #close_theirs AS t
  LEFT JOIN elsewhere AS x
    ON x.location = t.location
  WHERE
    x.location IS NULL
), carried AS (
  SELECT
    o.item AS item,
    o.location AS location,
    o.matter AS matter,
    o.kind AS kind,
    o.document AS document,
    o.qty AS qty,
    o.moved AS moved,
    o.number AS number
  FROM open_items AS o
  JOIN #close_left_over AS m
    ON m.matter = o.matter
  LEFT JOIN elsewhere AS x
    ON x.location = o.location
  WHERE
    x.location IS NULL
), netted_items AS (
  SELECT DISTINCT
    matter AS matter,
    item AS item
  FROM #close_netted
), named_matters AS (
  SELECT DISTINCT
    c.matter AS matter,
    c.document AS document
  FROM (
    SELECT
      matter,
      document
    FROM compared
    UNION ALL
    SELECT
      matter,
      document
    FROM carried
  ) AS c
), steps_by_document AS (
  SELECT
    s.matter AS matter,
    m.is_old AS is_old,
    s.posting AS posting,
    s.state AS state,
    s.said_at AS said_at,
    s.number AS number,
    s.item AS item,
    s.location AS location,
    s.qty AS qty
  FROM posting_steps AS s
  JOIN #close_left_over AS m
    ON m.matter = s.matter
  WHERE
    s.said_at IS NULL OR s.said_at <= :known_until
), told_matters AS (
  SELECT DISTINCT
    matter AS matter
  FROM steps_by_document
), steps_by_name AS (
  SELECT
    m.matter AS matter,
    s.posting AS posting,
    s.state AS state,
    s.said_at AS said_at,
    s.number AS number,
    s.item AS item,
    s.location AS location,
    s.qty AS qty
  FROM named_matters AS m
  JOIN posting_names AS n
    ON n.name = m.document
  JOIN posting_steps AS s
    ON s.posting = n.posting
  LEFT JOIN told_matters AS t
    ON t.matter = m.matter
  WHERE
    t.matter IS NULL AND (
      s.said_at IS NULL OR s.said_at <= :known_until
    )
), steps AS (
  SELECT
    1 AS way,
    d.matter,
    d.posting,
    d.state,
    d.said_at,
    d.number,
    d.item,
    d.location,
    d.qty
  FROM steps_by_document AS d
  LEFT JOIN netted_items AS n
    ON n.matter = d.matter AND n.item = d.item
  WHERE
    d.item = '' OR d.is_old = 1 OR NOT n.matter IS NULL
  UNION ALL
  SELECT
    2,
    n.matter,
    n.posting,
    n.state,
    n.said_at,
    n.number,
    n.item,
    n.location,
    n.qty
  FROM steps_by_name AS n
), aged AS (
  SELECT
    s.way AS way,
    s.matter AS matter,
    s.posting AS posting,
    s.state AS state,
    s.item AS item,
    s.location AS location,
    s.qty AS qty,
    ROW_NUMBER() OVER (
      PARTITION BY s.matter, s.posting
      ORDER BY CASE WHEN s.said_at IS NULL THEN 0 ELSE 1 END DESC, COALESCE(s.said_at, 0) DESC, s.number DESC, s.state DESC, CASE WHEN s.qty IS NULL THEN 1 ELSE 0 END, COALESCE(s.qty, 0) DESC
    ) AS age
  FROM steps AS s
), ends AS (
  SELECT
    a.matter AS matter,
    a.posting AS posting,
    MIN(CASE WHEN a.state <> 'cancelled' THEN a.age END) AS open_age,
    MIN(CASE WHEN a.state = 'posted' THEN a.age END) AS posted_age,
    MIN(CASE WHEN a.state = 'cancelled' THEN a.age END) AS cancelled_age
  FROM aged AS a
  GROUP BY
    a.matter,
    a.posting
)
SELECT
  *
INTO #close_words
FROM (
  SELECT
    a.way AS way,
    a.matter AS matter,
    a.state AS state,
    a.item AS item,
    a.location AS location,
    a.qty AS qty
  FROM aged AS a
  JOIN ends AS e
    ON e.matter = a.matter AND e.posting = a.posting
  WHERE
    a.age = CASE
      WHEN e.open_age IS NULL
      THEN e.cancelled_age
      WHEN e.cancelled_age < e.open_age AND e.posted_age = e.open_age
      THEN e.cancelled_age
      ELSE e.open_age
    END
) AS temp;

WITH elsewhere AS (
  SELECT
    location AS location
  FROM locations
  WHERE
    kind <> 'warehouse'
), compared AS (
  SELECT
    t.*
  FROM #close_theirs AS t
  LEFT JOIN elsewhere AS x
    ON x.location = t.location
  WHERE
    x.location IS NULL
), carried AS (
  SELECT
    o.item AS item,
    o.location AS location,
    o.matter AS matter,
    o.kind AS kind,
    o.document AS document,
    o.qty AS qty,
    o.moved AS moved,
    o.number AS number
  FROM open_items AS o
  JOIN #close_left_over AS m
    ON m.matter = o.matter
  LEFT JOIN elsewhere AS x
    ON x.location = o.location
  WHERE
    x.location IS NULL
), waiting AS (
  SELECT DISTINCT
    matter AS matter
  FROM #close_words
  WHERE
    way = 1 AND NOT state IN ('posted', 'cancelled')
), sides AS (
  SELECT
    matter AS matter,
    MAX(p) AS p,
    MAX(b) AS b
  FROM compared
  GROUP BY
    matter
)
SELECT
  *
INTO #close_live
FROM (
  SELECT
    t.*
  FROM compared AS t
  WHERE
    t.old = 0
  UNION ALL
  SELECT
    t.*
  FROM compared AS t
  JOIN sides AS s
    ON s.matter = t.matter
  LEFT JOIN waiting AS w
    ON w.matter = t.matter
  LEFT JOIN carried AS c
    ON c.matter = t.matter AND c.item = t.item AND c.location = t.location
  WHERE
    t.old = 1
    AND c.matter IS NULL
    AND (
      (
        s.p = 1 AND s.b = 1
      ) OR (
        t.p = 1 AND NOT w.matter IS NULL
      )
    )
) AS temp;

WITH elsewhere AS (
  SELECT
    location AS location
  FROM locations
  WHERE
    kind <> 'warehouse'
), carried AS (
  SELECT
    o.item AS item,
    o.location AS location,
    o.matter AS matter,
    o.kind AS kind,
    o.document AS document,
    o.qty AS qty,
    o.moved AS moved,
    o.number AS number
  FROM open_items AS o
  JOIN #close_left_over AS m
    ON m.matter = o.matter
  LEFT JOIN elsewhere AS x
    ON x.location = o.location
  WHERE
    x.location IS NULL
), lines_of AS (
  SELECT
    t.item,
    t.location,
    t.matter,
    t.kind,
    t.document,
    t.p,
    t.b,
    t.is_in,
    t.qty,
    t.moved,
    t.period,
    t.entry_id,
    0 AS carried,
    CAST(NULL AS VARCHAR(64)) AS carried_as,
    CAST(NULL AS BIGINT) AS open_number
  FROM #close_live AS t
  UNION ALL
  SELECT
    c.item,
    c.location,
    c.matter,
    c.kind,
    c.document,
    0,
    0,
    0,
    0,
    CAST(NULL AS VARCHAR(64)),
    CAST(NULL AS BIGINT),
    CAST(NULL AS VARCHAR(1000)),
    c.qty,
    c.moved,
    c.number
  FROM carried AS c
), summed AS (
  SELECT
    l.item AS item,
    l.location AS location,
    l.matter AS matter,
    MAX(l.kind) AS kind,
    MAX(l.document) AS document,
    SUM(l.p * l.is_in * l.qty) + SUM(l.carried) AS physical,
    SUM(l.p * (
      1 - l.is_in
    ) * l.qty) AS to_move,
    SUM(l.b * l.is_in * l.qty) AS booked,
    SUM(l.b * (
      1 - l.is_in
    ) * l.qty) AS booked_later,
    SUM(l.carried) AS carried,
    MAX(l.carried_as) AS carried_as,
    SUM(l.p) AS own_lines,
    SUM(l.b) AS book_lines,
    SUM(l.p * l.is_in) AS moved_lines,
    SUM(l.b * l.is_in) AS booked_lines,
    MIN(CASE WHEN l.p = 1 THEN l.period END) AS own_first,
    MAX(CASE WHEN l.p = 1 THEN l.period END) AS own_last,
    MIN(CASE WHEN l.b = 1 THEN l.period END) AS book_first,
    MAX(CASE WHEN l.b = 1 THEN l.period END) AS book_last,
    MAX(CASE WHEN l.p = 1 AND l.moved = 'dispatched' THEN 1 ELSE 0 END) AS dispatched,
    MAX(CASE WHEN l.p = 1 AND l.moved = 'undispatched' THEN 1 ELSE 0 END) AS undispatched,
    MIN(CASE WHEN l.p = 1 THEN l.moved END) AS own_class,
    MIN(CASE WHEN l.b = 1 THEN l.moved END) AS book_class,
    CASE
      WHEN MIN(CASE WHEN l.p = 1 THEN l.moved END) <> MAX(CASE WHEN l.p = 1 THEN l.moved END)
      OR MIN(CASE WHEN l.b = 1 THEN l.moved END) <> MAX(CASE WHEN l.b = 1 THEN l.moved END)
      THEN 1
      ELSE 0
    END AS is_mixed,
    MIN(l.open_number) AS open_number,
    MIN(CASE WHEN l.p = 1 THEN l.entry_id END) AS own_id,
    MIN(CASE WHEN l.b = 1 THEN l.entry_id END) AS book_id
  FROM lines_of AS l
  GROUP BY
    l.item,
    l.location,
    l.matter
), placed AS (
  SELECT
    s.*,
    s.physical - s.booked AS gap,
    CASE WHEN s.own_lines > 0 OR s.carried <> 0 THEN 1 ELSE 0 END AS is_physical,
    CASE WHEN NOT s.open_number IS NULL THEN s.open_number ELSE 4611686018427387904 END AS first_by_open,
    CASE WHEN s.own_id IS NULL THEN 1 ELSE 0 END AS first_by_side,
    COALESCE(s.own_id, s.book_id, '') AS first_by_id
  FROM summed AS s
), classes_here AS (
  SELECT
    l.item AS item,
    l.location AS location,
    l.matter AS matter,
    l.p AS p,
    l.moved AS moved,
    ROW_NUMBER() OVER (PARTITION BY l.item, l.location, l.matter, l.p ORDER BY l.is_in DESC, l.entry_id) AS line_number
  FROM #close_live AS l
  JOIN placed AS s
    ON s.item = l.item AND s.location = l.location AND s.matter = l.matter
  WHERE
    s.is_mixed = 1
), classes_elsewhere AS (
  SELECT
    l.matter AS matter,
    l.moved AS moved,
    ROW_NUMBER() OVER (
      PARTITION BY l.matter
      ORDER BY s.first_by_open, s.first_by_side, s.first_by_id, l.is_in DESC, l.entry_id
    ) AS line_number
  FROM #close_live AS l
  JOIN placed AS s
    ON s.item = l.item AND s.location = l.location AND s.matter = l.matter
  JOIN (
    SELECT DISTINCT
      matter AS matter
    FROM placed
    WHERE
      own_lines = 0 AND carried = 0
  ) AS b
    ON b.matter = l.matter
  WHERE
    l.p = 1
), on_its_way AS (
  SELECT
    t.matter AS matter,
    t.item AS item
  FROM #close_theirs AS t
  LEFT JOIN locations AS l
    ON l.location = t.location
  WHERE
    t.p = 1
    AND t.is_in = 1
    AND t.moved = 'transferred'
    AND (
      l.kind IS NULL OR l.kind <> 'in_transit'
    )
  GROUP BY
    t.matter,
    t.item
  HAVING
    SUM(t.qty) <> 0
), ours AS (
  SELECT
    matter AS matter,
    MAX(is_physical) AS is_ours,
    MAX(book_lines) AS of_books
  FROM placed
  GROUP BY
    matter
)
SELECT
  *
INTO #close_matters
FROM (
  SELECT
    s.*,
    CASE
      WHEN s.dispatched = 1
      THEN 'dispatched'
      ELSE COALESCE(
        own.moved,
        s.own_class,
        CASE WHEN s.carried <> 0 THEN s.carried_as END,
        other.moved,
        booked_as.moved,
        s.book_class,
        'opening'
      )
    END AS class,
    COALESCE(i.state, 'known') AS state,
    CASE WHEN w.matter IS NULL THEN 0 ELSE 1 END AS is_on_its_way,
    o.is_ours AS is_ours,
    o.of_books AS of_books
  FROM placed AS s
  JOIN ours AS o
    ON o.matter = s.matter
  LEFT JOIN classes_here AS own
    ON own.matter = s.matter
    AND own.item = s.item
    AND own.location = s.location
    AND own.p = 1
    AND own.line_number = 1
  LEFT JOIN classes_here AS booked_as
    ON booked_as.matter = s.matter
    AND booked_as.item = s.item
    AND booked_as.location = s.location
    AND booked_as.p = 0
    AND booked_as.line_number = 1
  LEFT JOIN classes_elsewhere AS other
    ON other.matter = s.matter AND other.line_number = 1
  LEFT JOIN on_its_way AS w
    ON w.matter = s.matter AND w.item = s.item
  LEFT JOIN items AS i
    ON i.item = s.item
) AS temp;

WITH dated AS (
  SELECT
    m.*,
    CASE
      WHEN m.is_on_its_way = 1 OR m.class = 'held' OR m.is_physical = 0
      THEN 0
      WHEN m.gap > 0 AND m.booked_later > 0
      THEN CASE WHEN m.booked_later < m.gap THEN m.booked_later ELSE m.gap END
      WHEN m.gap < 0 AND m.booked_later < 0
      THEN CASE WHEN m.booked_later > m.gap THEN m.booked_later ELSE m.gap END
      ELSE 0
    END AS late,
    CASE
      WHEN m.is_on_its_way = 1 OR m.class = 'held' OR m.booked_lines = 0
      THEN 0
      WHEN m.gap > 0 AND m.to_move < 0
      THEN CASE WHEN -m.to_move < m.gap THEN -m.to_move ELSE m.gap END
      WHEN m.gap < 0 AND m.to_move > 0
      THEN CASE WHEN -m.to_move > m.gap THEN -m.to_move ELSE m.gap END
      ELSE 0
    END AS early
  FROM #close_matters AS m
)
SELECT
  *
INTO #close_rests
FROM (
  SELECT
    d.*,
    CASE WHEN d.late <> 0 THEN d.late ELSE d.early END AS across,
    d.gap - CASE WHEN d.late <> 0 THEN d.late ELSE d.early END AS rest,
    CASE
      WHEN d.state <> 'known' OR d.gap = 0
      THEN 'none'
      WHEN d.class = 'held'
      THEN 'held'
      WHEN d.is_on_its_way = 1
      THEN 'in_transit'
      WHEN d.class = 'converted' AND d.is_ours = 1
      THEN 'pack_opened'
      WHEN d.undispatched = 1
      AND d.gap - CASE WHEN d.late <> 0 THEN d.late ELSE d.early END > 0
      THEN 'undone_dispatch'
      ELSE 'open'
    END AS way
  FROM dated AS d
) AS temp;

WITH elsewhere AS (
  SELECT
    location AS location
  FROM locations
  WHERE
    kind <> 'warehouse'
), edited_names AS (
  SELECT
    COALESCE(n.root, o.name) AS root
  FROM order_versions AS o
  LEFT JOIN document_names AS n
    ON n.name = o.name
  WHERE
    o.known_at IS NULL OR o.known_at <= :known_until
  GROUP BY
    o.name,
    COALESCE(n.root, o.name)
  HAVING
    MAX(o.is_edit) = 1
    OR MIN(CASE WHEN o.version <> '' THEN o.version END) <> MAX(CASE WHEN o.version <> '' THEN o.version END)
), edited_roots AS (
  SELECT DISTINCT
    root AS root
  FROM edited_names
), compared AS (
  SELECT
    t.*
  FROM #close_theirs AS t
  LEFT JOIN elsewhere AS x
    ON x.location = t.location
  WHERE
    x.location IS NULL
), carried AS (
  SELECT
    o.item AS item,
    o.location AS location,
    o.matter AS matter,
    o.kind AS kind,
    o.document AS document,
    o.qty AS qty,
    o.moved AS moved,
    o.number AS number
  FROM open_items AS o
  JOIN #close_left_over AS m
    ON m.matter = o.matter
  LEFT JOIN elsewhere AS x
    ON x.location = o.location
  WHERE
    x.location IS NULL
), named_matters AS (
  SELECT DISTINCT
    c.matter AS matter,
    c.document AS document
  FROM (
    SELECT
      matter,
      document
    FROM compared
    UNION ALL
    SELECT
      matter,
      document
    FROM carried
  ) AS c
), roots AS (
  SELECT
    m.matter AS matter,
    MAX(COALESCE(n.root, m.document)) AS root,
    MAX(CASE WHEN e.root IS NULL THEN 0 ELSE 1 END) AS is_edited
  FROM named_matters AS m
  LEFT JOIN document_names AS n
    ON n.name = m.document
  LEFT JOIN edited_roots AS e
    ON e.root = COALESCE(n.root, m.document)
  GROUP BY
    m.matter
), pairs AS (
  SELECT
    m.item AS item,
    m.location AS location,
    m.matter AS matter,
    m.rest AS rest,
    o.gap AS other_gap,
    o.first_by_open AS first_by_open,
    o.first_by_side AS first_by_side,
    o.first_by_id AS first_by_id,
    CASE
      WHEN o.location = m.location AND o.state <> 'known'
      THEN o.state
      WHEN o.item = m.item AND o.location <> m.location
      THEN 'booked_at_another_location'
      WHEN o.location = m.location AND ABS(o.gap) = ABS(m.gap)
      THEN CASE WHEN r.is_edited = 1 THEN 'edited_order' ELSE 'booked_as_another_sku' END
    END AS status
  FROM #close_rests AS m
  JOIN #close_matters AS o
    ON o.matter = m.matter AND o.is_physical <> m.is_physical
  JOIN roots AS r
    ON r.matter = m.matter
  WHERE
    m.way = 'open'
    AND (
      m.is_physical = 0 OR m.book_lines = 0
    )
    AND (
      o.is_physical = 0 OR o.book_lines = 0
    )
    AND (
      (
        m.rest > 0 AND o.gap < 0
      ) OR (
        m.rest < 0 AND o.gap > 0
      )
    )
), running AS (
  SELECT
    p.*,
    SUM(ABS(p.other_gap)) OVER (
      PARTITION BY p.item, p.location, p.matter
      ORDER BY p.first_by_open, p.first_by_side, p.first_by_id
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) - ABS(p.other_gap) AS taken
  FROM pairs AS p
  WHERE
    NOT p.status IS NULL
), counterparts AS (
  SELECT
    r.item AS item,
    r.location AS location,
    r.matter AS matter,
    r.status AS status,
    CASE WHEN r.rest > 0 THEN 1 ELSE -1 END * CASE
      WHEN ABS(r.rest) - r.taken < ABS(r.other_gap)
      THEN ABS(r.rest) - r.taken
      ELSE ABS(r.other_gap)
    END AS units
  FROM running AS r
  WHERE
    ABS(r.rest) > r.taken
), found_elsewhere AS (
  SELECT
    item AS item,
    location AS location,
    matter AS matter,
    SUM(units) AS units
  FROM counterparts
  GROUP BY
    item,
    location,
    matter
)
SELECT
  *
INTO #close_remaining
FROM (
  SELECT
    m.*,
    m.rest - COALESCE(f.units, 0) AS units,
    CASE WHEN m.physical <> 0 THEN m.physical ELSE m.to_move END AS own_units
  FROM #close_rests AS m
  LEFT JOIN found_elsewhere AS f
    ON f.item = m.item AND f.location = m.location AND f.matter = m.matter
  WHERE
    m.way = 'open' AND m.rest - COALESCE(f.units, 0) <> 0
) AS temp;

WITH elsewhere AS (
  SELECT
    location AS location
  FROM locations
  WHERE
    kind <> 'warehouse'
), edited_names AS (
  SELECT
    COALESCE(n.root, o.name) AS root
  FROM order_versions AS o
  LEFT JOIN document_names AS n
    ON n.name = o.name
  WHERE
    o.known_at IS NULL OR o.known_at <= :known_until
  GROUP BY
    o.name,
    COALESCE(n.root, o.name)
  HAVING
    MAX(o.is_edit) = 1
    OR MIN(CASE WHEN o.version <> '' THEN o.version END) <> MAX(CASE WHEN o.version <> '' THEN o.version END)
), edited_roots AS (
  SELECT DISTINCT
    root AS root
  FROM edited_names
), compared AS (
  SELECT
    t.*
  FROM #close_theirs AS t
  LEFT JOIN elsewhere AS x
    ON x.location = t.location
  WHERE
    x.location IS NULL
), carried AS (
  SELECT
    o.item AS item,
    o.location AS location,
    o.matter AS matter,
    o.kind AS kind,
    o.document AS document,
    o.qty AS qty,
    o.moved AS moved,
    o.number AS number
  FROM open_items AS o
  JOIN #close_left_over AS m
    ON m.matter = o.matter
  LEFT JOIN elsewhere AS x
    ON x.location = o.location
  WHERE
    x.location IS NULL
), named_matters AS (
  SELECT DISTINCT
    c.matter AS matter,
    c.document AS document
  FROM (
    SELECT
      matter,
      document
    FROM compared
    UNION ALL
    SELECT
      matter,
      document
    FROM carried
  ) AS c
), one_period AS (
  SELECT
    l.item AS item,
    l.location AS location,
    l.matter AS matter,
    l.period AS period,
    MAX(l.p) AS is_moved,
    MAX(l.b) AS is_booked,
    CASE WHEN SUM(l.p * l.qty) <> 0 THEN 1 ELSE 0 END AS p,
    CASE WHEN SUM(l.b * l.qty) <> 0 THEN 1 ELSE 0 END AS b
  FROM #close_live AS l
  WHERE
    l.is_in = 1
  GROUP BY
    l.item,
    l.location,
    l.matter,
    l.period
), wrong_period AS (
  SELECT
    item AS item,
    location AS location,
    matter AS matter
  FROM one_period
  GROUP BY
    item,
    location,
    matter
  HAVING
    MAX(is_moved) = 1 AND MAX(is_booked) = 1 AND MAX(ABS(p - b)) = 1
), roots AS (
  SELECT
    m.matter AS matter,
    MAX(COALESCE(n.root, m.document)) AS root,
    MAX(CASE WHEN e.root IS NULL THEN 0 ELSE 1 END) AS is_edited
  FROM named_matters AS m
  LEFT JOIN document_names AS n
    ON n.name = m.document
  LEFT JOIN edited_roots AS e
    ON e.root = COALESCE(n.root, m.document)
  GROUP BY
    m.matter
), pairs AS (
  SELECT
    m.item AS item,
    m.location AS location,
    m.matter AS matter,
    m.rest AS rest,
    o.gap AS other_gap,
    o.first_by_open AS first_by_open,
    o.first_by_side AS first_by_side,
    o.first_by_id AS first_by_id,
    CASE
      WHEN o.location = m.location AND o.state <> 'known'
      THEN o.state
      WHEN o.item = m.item AND o.location <> m.location
      THEN 'booked_at_another_location'
      WHEN o.location = m.location AND ABS(o.gap) = ABS(m.gap)
      THEN CASE WHEN r.is_edited = 1 THEN 'edited_order' ELSE 'booked_as_another_sku' END
    END AS status
  FROM #close_rests AS m
  JOIN #close_matters AS o
    ON o.matter = m.matter AND o.is_physical <> m.is_physical
  JOIN roots AS r
    ON r.matter = m.matter
  WHERE
    m.way = 'open'
    AND (
      m.is_physical = 0 OR m.book_lines = 0
    )
    AND (
      o.is_physical = 0 OR o.book_lines = 0
    )
    AND (
      (
        m.rest > 0 AND o.gap < 0
      ) OR (
        m.rest < 0 AND o.gap > 0
      )
    )
), running AS (
  SELECT
    p.*,
    SUM(ABS(p.other_gap)) OVER (
      PARTITION BY p.item, p.location, p.matter
      ORDER BY p.first_by_open, p.first_by_side, p.first_by_id
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) - ABS(p.other_gap) AS taken
  FROM pairs AS p
  WHERE
    NOT p.status IS NULL
), counterparts AS (
  SELECT
    r.item AS item,
    r.location AS location,
    r.matter AS matter,
    r.status AS status,
    CASE WHEN r.rest > 0 THEN 1 ELSE -1 END * CASE
      WHEN ABS(r.rest) - r.taken < ABS(r.other_gap)
      THEN ABS(r.rest) - r.taken
      ELSE ABS(r.other_gap)
    END AS units
  FROM running AS r
  WHERE
    ABS(r.rest) > r.taken
), factors AS (
  SELECT
    r.item,
    r.location,
    r.matter,
    f.factor
  FROM #close_remaining AS r
  JOIN item_factors AS f
    ON f.item = r.item
  UNION ALL
  SELECT
    l.item,
    l.location,
    l.matter,
    l.factor
  FROM #close_live AS l
), in_other_unit AS (
  SELECT DISTINCT
    r.item AS item,
    r.location AS location,
    r.matter AS matter
  FROM #close_remaining AS r
  JOIN factors AS f
    ON f.item = r.item AND f.location = r.location AND f.matter = r.matter
  WHERE
    f.factor <> 1000000
    AND r.own_units <> 0
    AND r.booked + r.booked_later <> 0
    AND (
      CAST(ABS(r.own_units) AS NUMERIC(38, 0)) * CAST(1000000 AS NUMERIC(38, 0)) = CAST(ABS(r.booked + r.booked_later) AS NUMERIC(38, 0)) * CAST(f.factor AS NUMERIC(38, 0))
      OR CAST(ABS(r.booked + r.booked_later) AS NUMERIC(38, 0)) * CAST(1000000 AS NUMERIC(38, 0)) = CAST(ABS(r.own_units) AS NUMERIC(38, 0)) * CAST(f.factor AS NUMERIC(38, 0))
    )
), repeated AS (
  SELECT
    item AS item,
    location AS location,
    matter AS matter,
    qty AS qty,
    SUM(1) AS times
  FROM #close_live
  WHERE
    b = 1 AND qty <> 0
  GROUP BY
    item,
    location,
    matter,
    qty
  HAVING
    SUM(1) > 1
), again AS (
  SELECT DISTINCT
    r.item AS item,
    r.location AS location,
    r.matter AS matter
  FROM #close_remaining AS r
  JOIN repeated AS l
    ON l.item = r.item AND l.location = r.location AND l.matter = r.matter
  WHERE
    CAST(ABS(r.units) AS NUMERIC(38, 0)) % CAST(ABS(l.qty) AS NUMERIC(38, 0)) = 0
    AND ABS(r.units) < l.times * ABS(l.qty)
), unit_unknown AS (
  SELECT DISTINCT
    u.item AS item,
    u.location AS location,
    COALESCE(n.root, u.name) AS root
  FROM uncounted AS u
  LEFT JOIN document_names AS n
    ON n.name = u.name
), two_ways AS (
  SELECT
    r.item AS item,
    r.location AS location,
    r.matter AS matter
  FROM #close_remaining AS r
  JOIN #close_live AS l
    ON l.item = r.item AND l.location = r.location AND l.matter = r.matter
  WHERE
    l.p = 1 AND l.is_in = 1
  GROUP BY
    r.item,
    r.location,
    r.matter
  HAVING
    MIN(l.qty) < 0 AND MAX(l.qty) > 0
), taken_back AS (
  SELECT
    l.item AS item,
    l.location AS location,
    l.matter AS matter,
    l.qty AS qty
  FROM two_ways AS w
  JOIN #close_live AS l
    ON l.item = w.item AND l.location = w.location AND l.matter = w.matter
  GROUP BY
    l.item,
    l.location,
    l.matter,
    l.qty
  HAVING
    MAX(l.p * l.is_in) = 1 AND MAX(l.b) = 0
), own_words AS (
  SELECT
    r.item AS item,
    r.location AS location,
    r.matter AS matter,
    w.state AS state,
    ABS(w.qty) AS qty,
    CASE WHEN w.item = '' THEN 0 ELSE 1 END AS is_own
  FROM #close_remaining AS r
  JOIN #close_words AS w
    ON w.matter = r.matter
  WHERE
    w.item IN ('', r.item) AND w.location IN ('', r.location)
), most_own AS (
  SELECT
    item AS item,
    location AS location,
    matter AS matter,
    MAX(is_own) AS is_own
  FROM own_words
  GROUP BY
    item,
    location,
    matter
), tellings AS (
  SELECT
    o.item AS item,
    o.location AS location,
    o.matter AS matter,
    SUM(
      CASE
        WHEN o.state IN ('accepted', 'staged', 'in_doubt', 'posted')
        THEN o.qty
        ELSE 0
      END
    ) AS taken,
    SUM(
      CASE
        WHEN o.state IN ('accepted', 'staged', 'in_doubt', 'posted')
        THEN 0
        ELSE o.qty
      END
    ) AS waiting
  FROM own_words AS o
  JOIN most_own AS m
    ON m.item = o.item
    AND m.location = o.location
    AND m.matter = o.matter
    AND m.is_own = o.is_own
  GROUP BY
    o.item,
    o.location,
    o.matter
  HAVING
    MAX(CASE WHEN o.qty IS NULL THEN 1 ELSE 0 END) = 0
), told_otherwise AS (
  SELECT DISTINCT
    r.item AS item,
    r.location AS location,
    r.matter AS matter
  FROM #close_remaining AS r
  JOIN tellings AS t
    ON t.item = r.item AND t.location = r.location AND t.matter = r.matter
  JOIN factors AS f
    ON f.item = r.item AND f.location = r.location AND f.matter = r.matter
  WHERE
    f.factor <> 1000000
    AND r.own_units <> 0
    AND t.taken + t.waiting <> 0
    AND (
      CAST(ABS(r.own_units) AS NUMERIC(38, 0)) * CAST(1000000 AS NUMERIC(38, 0)) = CAST(t.taken + t.waiting AS NUMERIC(38, 0)) * CAST(f.factor AS NUMERIC(38, 0))
      OR CAST(t.taken + t.waiting AS NUMERIC(38, 0)) * CAST(1000000 AS NUMERIC(38, 0)) = CAST(ABS(r.own_units) AS NUMERIC(38, 0)) * CAST(f.factor AS NUMERIC(38, 0))
    )
), beyond AS (
  SELECT
    r.item AS item,
    r.location AS location,
    r.matter AS matter,
    ABS(r.units) - t.waiting - CASE
      WHEN t.taken > ABS(r.booked + r.booked_later)
      THEN t.taken - ABS(r.booked + r.booked_later)
      ELSE 0
    END AS qty
  FROM #close_remaining AS r
  JOIN tellings AS t
    ON t.item = r.item AND t.location = r.location AND t.matter = r.matter
  JOIN roots AS n
    ON n.matter = r.matter
  LEFT JOIN told_otherwise AS o
    ON o.item = r.item AND o.location = r.location AND o.matter = r.matter
  LEFT JOIN unit_unknown AS u
    ON u.item = r.item AND u.location = r.location AND u.root = n.root
  LEFT JOIN in_other_unit AS x
    ON x.item = r.item AND x.location = r.location AND x.matter = r.matter
  LEFT JOIN taken_back AS k
    ON k.item = r.item
    AND k.location = r.location
    AND k.matter = r.matter
    AND k.qty = r.units
  WHERE
    o.matter IS NULL
    AND u.root IS NULL
    AND (
      (
        r.units > 0 AND r.physical > 0
      ) OR (
        r.units < 0 AND r.physical < 0
      )
    )
    AND (
      r.book_lines = 0
      OR (
        x.matter IS NULL
        AND (
          NOT k.matter IS NULL
          OR NOT r.class IN ('dispatched', 'undispatched')
          OR n.is_edited = 0
        )
      )
    )
), untold AS (
  SELECT
    r.item AS item,
    r.location AS location,
    r.matter AS matter,
    r.class AS class,
    r.document AS document,
    CASE WHEN r.units > 0 THEN 1 ELSE -1 END * CAST(b.qty AS BIGINT) AS units
  FROM #close_remaining AS r
  JOIN beyond AS b
    ON b.item = r.item AND b.location = r.location AND b.matter = r.matter
  WHERE
    b.qty > 0
), told_rest AS (
  SELECT
    r.item AS item,
    r.location AS location,
    r.matter AS matter,
    r.document AS document,
    r.class AS class,
    r.is_physical AS is_physical,
    r.book_lines AS book_lines,
    r.of_books AS of_books,
    r.own_units AS own_units,
    ABS(r.booked + r.booked_later) AS booked,
    r.units - COALESCE(b.units, 0) AS units
  FROM #close_remaining AS r
  LEFT JOIN untold AS b
    ON b.item = r.item AND b.location = r.location AND b.matter = r.matter
  WHERE
    r.units <> COALESCE(b.units, 0)
), told AS (
  SELECT
    r.item AS item,
    r.location AS location,
    r.matter AS matter,
    w.state AS state,
    ROW_NUMBER() OVER (
      PARTITION BY r.item, r.location, r.matter
      ORDER BY CASE WHEN w.item = '' THEN 1 ELSE 0 END, CASE
        WHEN w.state IN ('posted', 'cancelled')
        THEN 1
        WHEN w.state IN ('accepted', 'staged', 'in_doubt', 'posted') AND t.taken <= r.booked
        THEN 1
        ELSE 0
      END, CASE WHEN ABS(w.qty) = ABS(r.units) THEN 0 ELSE 1 END, w.state
    ) AS likeness
  FROM told_rest AS r
  JOIN #close_words AS w
    ON w.matter = r.matter
  LEFT JOIN tellings AS t
    ON t.item = r.item AND t.location = r.location AND t.matter = r.matter
  WHERE
    w.item IN ('', r.item) AND w.location IN ('', r.location)
), judged AS (
  SELECT
    r.item AS item,
    r.location AS location,
    r.document AS document,
    r.class AS class,
    r.units AS units,
    r.is_physical AS is_physical,
    r.book_lines AS book_lines,
    t.state AS state,
    CASE
      WHEN CAST(SIGN(r.units) AS BIGINT) * CAST(SIGN(r.own_units) AS BIGINT) < 0
      THEN 1
      ELSE 0
    END AS is_more,
    CASE WHEN u.root IS NULL THEN 0 ELSE 1 END AS unit_is_unknown,
    CASE WHEN x.matter IS NULL THEN 0 ELSE 1 END AS in_other_unit,
    CASE WHEN g.matter IS NULL THEN 0 ELSE 1 END AS again,
    CASE WHEN k.matter IS NULL THEN 0 ELSE 1 END AS is_taken_back,
    CASE WHEN n.is_edited = 1 AND r.of_books > 0 THEN 1 ELSE 0 END AS is_off,
    n.is_edited AS is_edited,
    CASE
      WHEN t.state IS NULL
      THEN CASE WHEN r.class = 'returned' THEN 'restocked_not_in_books' ELSE 'not_told' END
      WHEN r.class = 'dispatched' AND t.state IN ('accepted', 'staged', 'posted')
      THEN 'shipped_not_invoiced'
      WHEN t.state IN ('accepted', 'retrying', 'rejected', 'parked', 'in_doubt', 'cancelled')
      THEN t.state
      WHEN t.state = 'staged'
      THEN 'accepted'
      WHEN t.state = 'posted'
      THEN 'posted_not_found'
      ELSE 'not_told'
    END AS standing
  FROM told_rest AS r
  JOIN roots AS n
    ON n.matter = r.matter
  LEFT JOIN told AS t
    ON t.item = r.item
    AND t.location = r.location
    AND t.matter = r.matter
    AND t.likeness = 1
  LEFT JOIN unit_unknown AS u
    ON u.item = r.item AND u.location = r.location AND u.root = n.root
  LEFT JOIN in_other_unit AS x
    ON x.item = r.item AND x.location = r.location AND x.matter = r.matter
  LEFT JOIN again AS g
    ON g.item = r.item AND g.location = r.location AND g.matter = r.matter
  LEFT JOIN taken_back AS k
    ON k.item = r.item
    AND k.location = r.location
    AND k.matter = r.matter
    AND k.qty = r.units
)
SELECT
  *
INTO #close_named
FROM (
  SELECT
    m.item,
    m.location,
    m.class,
    'posted_in_another_period' AS status,
    m.document,
    CAST(0 AS BIGINT) AS units
  FROM #close_matters AS m
  JOIN wrong_period AS w
    ON w.item = m.item AND w.location = m.location AND w.matter = m.matter
  WHERE
    m.gap = 0
  UNION ALL
  SELECT
    m.item,
    m.location,
    m.class,
    m.state,
    m.document,
    m.gap
  FROM #close_matters AS m
  WHERE
    m.gap <> 0 AND m.state <> 'known'
  UNION ALL
  SELECT
    r.item,
    r.location,
    r.class,
    CASE
      WHEN r.own_first = r.own_last
      AND r.book_first = r.book_last
      AND r.own_first = r.book_first
      THEN 'posted_on_another_day'
      ELSE 'posted_in_another_period'
    END,
    r.document,
    r.across
  FROM #close_rests AS r
  WHERE
    r.way <> 'none' AND r.across <> 0
  UNION ALL
  SELECT
    r.item,
    r.location,
    CASE
      WHEN r.way = 'in_transit'
      THEN 'transferred'
      WHEN r.way = 'undone_dispatch'
      THEN 'undispatched'
      ELSE r.class
    END,
    r.way,
    r.document,
    r.rest
  FROM #close_rests AS r
  WHERE
    NOT r.way IN ('none', 'open') AND r.rest <> 0
  UNION ALL
  SELECT
    r.item,
    r.location,
    r.class,
    c.status,
    r.document,
    c.units
  FROM counterparts AS c
  JOIN #close_rests AS r
    ON r.item = c.item AND r.location = c.location AND r.matter = c.matter
  UNION ALL
  SELECT
    u.item,
    u.location,
    u.class,
    'not_told',
    u.document,
    u.units
  FROM untold AS u
  UNION ALL
  SELECT
    j.item,
    j.location,
    j.class,
    CASE
      WHEN j.is_physical = 0
      THEN 'booked_by_hand'
      WHEN j.unit_is_unknown = 1
      THEN 'unit_of_measure'
      WHEN j.book_lines = 0 AND j.standing = 'shipped_not_invoiced' AND j.is_off = 1
      THEN 'edited_order'
      WHEN j.book_lines = 0
      THEN j.standing
      WHEN j.in_other_unit = 1
      THEN 'unit_of_measure'
      WHEN j.is_taken_back = 1 AND j.standing = 'posted_not_found'
      THEN 'not_told'
      WHEN j.is_taken_back = 1
      THEN j.standing
      WHEN j.is_more = 1 AND j.again = 1 AND NOT j.state IS NULL
      THEN 'posted_twice'
      WHEN j.is_more = 1 AND j.again = 1
      THEN 'booked_by_hand'
      WHEN j.class IN ('dispatched', 'undispatched') AND j.is_edited = 1
      THEN 'edited_order'
      WHEN j.is_more = 1 OR j.standing = 'posted_not_found'
      THEN 'quantity_differs'
      ELSE j.standing
    END,
    j.document,
    j.units
  FROM judged AS j
) AS temp;

WITH elsewhere AS (
  SELECT
    location AS location
  FROM locations
  WHERE
    kind <> 'warehouse'
), stock AS (
  SELECT
    s.item AS item,
    s.location AS location,
    SUM(s.physical) AS physical,
    SUM(s.book) AS book
  FROM (
    SELECT
      q.item,
      q.location,
      q.qty AS physical,
      CAST(0 AS BIGINT) AS book
    FROM positions AS q
    WHERE
      q.reading = :physical_reading
    UNION ALL
    SELECT
      q.item,
      q.location,
      0,
      q.qty
    FROM positions AS q
    WHERE
      q.reading = :book_reading
    UNION ALL
    SELECT
      p.item,
      p.location,
      (
        p.known * p.is_in - p.in_base
      ) * p.qty,
      0
    FROM (
      SELECT
        e.entry_id AS entry_id,
        e.item AS item,
        e.location AS location,
        e.matter AS matter,
        e.kind AS kind,
        e.document AS document,
        e.moved AS moved,
        e.qty AS qty,
        e.factor AS factor,
        e.period AS period,
        CASE WHEN e.told_at IS NULL OR e.told_at <= :known_until THEN 1 ELSE 0 END AS known,
        CASE
          WHEN (
            :is_day = 0 AND NOT e.happened_at IS NULL AND e.happened_at < :instant
          )
          OR (
            (
              :is_day = 1 OR e.happened_at IS NULL
            ) AND e.day <= :last_day
          )
          THEN 1
          ELSE 0
        END AS is_in,
        CASE
          WHEN :physical_by_day = 0 AND NOT e.told_at IS NULL
          THEN CASE WHEN e.told_at <= :physical_taken THEN 1 ELSE 0 END
          WHEN e.day <= :physical_day
          THEN 1
          ELSE 0
        END AS in_base,
        CASE WHEN e.day <= :old_day THEN 1 ELSE 0 END AS old
      FROM physical_entries AS e
    ) AS p
    WHERE
      p.known * p.is_in <> p.in_base
    UNION ALL
    SELECT
      b.item,
      b.location,
      0,
      (
        b.known * b.is_in - b.in_base
      ) * b.qty
    FROM (
      SELECT
        e.entry_id AS entry_id,
        e.item AS item,
        e.location AS location,
        e.matter AS matter,
        e.kind AS kind,
        e.document AS document,
        e.moved AS moved,
        e.qty AS qty,
        e.factor AS factor,
        e.period AS period,
        CASE WHEN e.told_at IS NULL OR e.told_at <= :known_until THEN 1 ELSE 0 END AS known,
        CASE
          WHEN e.day <= :last_day
          OR (
            :is_day = 0
            AND e.day = :next_day
            AND NOT e.told_at IS NULL
            AND e.told_at < :instant
          )
          THEN 1
          ELSE 0
        END AS is_in,
        CASE
          WHEN :book_by_day = 1
          THEN CASE
            WHEN e.day <= :book_day
            AND (
              e.told_at IS NULL OR e.told_at <= :book_taken
            )
            THEN 1
            ELSE 0
          END
          WHEN NOT e.told_at IS NULL
          THEN CASE WHEN e.told_at <= :book_taken THEN 1 ELSE 0 END
          WHEN e.day <= :book_day
          THEN 1
          ELSE 0
        END AS in_base,
        CASE
          WHEN :book_by_day = 1
          AND e.day <= :book_day
          AND (
            e.told_at IS NULL OR e.told_at <= :book_taken
          )
          THEN 1
          ELSE 0
        END AS old
      FROM book_entries AS e
    ) AS b
    WHERE
      b.known * b.is_in <> b.in_base
    UNION ALL
    SELECT DISTINCT
      c.item,
      c.location,
      0,
      0
    FROM #close_named AS c
  ) AS s
  GROUP BY
    s.item,
    s.location
), named_units AS (
  SELECT
    item AS item,
    location AS location,
    SUM(units) AS units,
    SUM(CASE WHEN units < 0 THEN units ELSE 0 END) AS gone
  FROM #close_named
  GROUP BY
    item,
    location
), counted AS (
  SELECT
    s.item AS item,
    s.location AS location,
    s.physical AS physical,
    s.book AS book,
    s.physical - s.book - COALESCE(n.units, 0) AS rest,
    s.physical - COALESCE(n.gone, 0) AS held,
    COALESCE(i.state, 'known') AS state
  FROM stock AS s
  LEFT JOIN named_units AS n
    ON n.item = s.item AND n.location = s.location
  LEFT JOIN items AS i
    ON i.item = s.item
  LEFT JOIN elsewhere AS x
    ON x.location = s.location
  WHERE
    x.location IS NULL AND (
      s.physical <> s.book OR NOT n.item IS NULL
    )
)
SELECT
  *
INTO #close_places
FROM (
  SELECT
    c.item AS item,
    c.location AS location,
    c.physical AS physical,
    c.book AS book,
    c.physical - c.book AS variance,
    c.rest AS rest,
    c.state AS state,
    CASE WHEN c.state = 'known' THEN 0 WHEN c.rest < c.held THEN c.rest ELSE c.held END AS of_nowhere
  FROM counted AS c
) AS temp;

WITH causes AS (
  SELECT
    item,
    location,
    class,
    status,
    document,
    units
  FROM #close_named
  UNION ALL
  SELECT
    item,
    location,
    'opening',
    state,
    item,
    of_nowhere
  FROM #close_places
  WHERE
    of_nowhere > 0
), moments AS (
  SELECT
    1 AS which,
    :last_day AS day
  UNION ALL
  SELECT
    2,
    :opening_day
), ranked_costs AS (
  SELECT
    p.item AS item,
    p.location AS location,
    m.which AS which,
    c.amount AS amount,
    c.currency AS currency,
    COALESCE(c.rate, CASE WHEN c.currency IN ('', :currency) THEN 1000000 END) AS rate,
    ROW_NUMBER() OVER (
      PARTITION BY p.item, p.location, m.which
      ORDER BY CASE WHEN c.location = p.location THEN 0 ELSE 1 END, COALESCE(c.effective_from, 0) DESC, CASE WHEN c.basis = '' THEN 1 ELSE 0 END, CASE WHEN c.entered_at IS NULL THEN 1 ELSE 0 END, COALESCE(c.entered_at, 0) DESC, c.amount DESC
    ) AS newest
  FROM #close_places AS p
  CROSS JOIN moments AS m
  JOIN costs AS c
    ON c.item = p.item AND c.location IN ('', p.location)
  WHERE
    c.basis IN ('', :basis)
    AND COALESCE(c.effective_from, 0) <= m.day
    AND (
      c.entered_at IS NULL OR c.entered_at <= :known_until
    )
), unit_costs AS (
  SELECT
    *
  FROM ranked_costs
  WHERE
    newest = 1
)
SELECT
  p.item,
  p.location,
  p.physical,
  p.book,
  p.variance,
  p.rest - CASE WHEN p.of_nowhere > 0 THEN p.of_nowhere ELSE 0 END AS unexplained,
  c.class,
  c.status,
  c.document,
  c.units,
  CAST(CAST(c.units AS NUMERIC(38, 0)) * CAST(n.amount AS NUMERIC(38, 0)) AS NUMERIC(38, 0)) * CAST(COALESCE(n.rate, 1000000) AS NUMERIC(38, 0)) AS cause_value,
  CAST(CAST(p.variance AS NUMERIC(38, 0)) * CAST(n.amount AS NUMERIC(38, 0)) AS NUMERIC(38, 0)) * CAST(COALESCE(n.rate, 1000000) AS NUMERIC(38, 0)) AS value,
  n.amount,
  n.currency,
  n.rate,
  f.amount AS first_amount,
  f.currency AS first_currency,
  f.rate AS first_rate
FROM #close_places AS p
LEFT JOIN causes AS c
  ON c.item = p.item AND c.location = p.location
LEFT JOIN unit_costs AS n
  ON n.item = p.item AND n.location = p.location AND n.which = 1
LEFT JOIN unit_costs AS f
  ON f.item = p.item AND f.location = p.location AND f.which = 2;
