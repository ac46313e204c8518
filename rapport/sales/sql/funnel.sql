-- How far did the deals of a pipeline that were opened since a day get?
-- Grain: one row per (furthest open stage, outcome). Expected: a dozen rows; 300 k deals in about 1 s.
-- Columns: reached (position of the furthest open stage entered, NULL if none), won, open (0/1 or boolean),
--          deals (count), worth (sum in base currency), unknown (deals whose worth is not known)
-- Parameters: pipeline id, first day; then those of reach (rows of opportunity "o" the reader may see)
SELECT reached, won, open, COUNT(*) AS deals, SUM(worth) AS worth, SUM(CASE WHEN worth IS NULL THEN 1 ELSE 0 END) AS unknown
FROM (
    SELECT o.id, o.won, o.open, o.amount_base AS worth, MAX(CASE WHEN s.outcome = 'open' THEN s.position END) AS reached
    FROM sales_opportunity o
    LEFT JOIN sales_stageentry e ON e.opportunity_id = o.id
    LEFT JOIN sales_stage s ON s.id = e.stage_id
    WHERE o.pipeline_id = %s AND o.opened_on >= %s AND o.archived_at IS NULL AND /*reach*/
    GROUP BY o.id, o.won, o.open, o.amount_base
) far
GROUP BY reached, won, open
