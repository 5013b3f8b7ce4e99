using System.Data;
using System.Globalization;
using Microsoft.Data.SqlClient;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Storage.SqlServer.Journal;

/// <summary>A group's lists as the parameters of a command, made once and filled for every group.</summary>
internal sealed class GroupParameters(JournalColumns lists)
{
    private const int MarkLength = 200;
    private const int FloorLength = 20;

    /// <summary>The parameters of <see cref="SqlServerStatements.BeforeWork"/>.</summary>
    public void AddBeforeWork(SqlCommand command)
    {
        Add(command, "mark", MarkLength);
        Add(command, "lastMark", MarkLength);
        foreach (var list in new IJsonRows[]
                 {
                     lists.NewSessions, lists.ChangedSessions, lists.NewMessages, lists.ChangedMessages, lists.Receipts, lists.DeadLetters, lists.LetterEnds,
                     lists.Attempts, lists.Deliveries, lists.ReplyEnds, lists.EventOutcomes, lists.Places,
                 })
            Add(command, list.Parameter, -1);
    }

    /// <summary>Those of <see cref="SqlServerStatements.AfterWork"/>. <see cref="SqlServerStatements.Whole"/> has both.</summary>
    public void AddAfterWork(SqlCommand command)
    {
        Add(command, lists.EventDeliveries.Parameter, -1);
        Add(command, "floor", FloorLength);
    }

    public void FillBeforeWork(SqlCommand command, JournalGroup group, string mark, string lastMark)
    {
        Set(command, "mark", mark);
        Set(command, "lastMark", lastMark);
        Set(command, lists.NewSessions, group.NewSessions);
        Set(command, lists.ChangedSessions, Last(group.ChangedSessions, s => s.Id));
        Set(command, lists.NewMessages, group.NewMessages);
        Set(command, lists.ChangedMessages, Last(group.ChangedMessages, m => m.Position));
        Set(command, lists.Receipts, First(group.Receipts, m => m.Position));
        Set(command, lists.DeadLetters, group.DeadLetters);
        Set(command, lists.LetterEnds, First(group.LetterEnds, e => e.Letter));
        Set(command, lists.Attempts, group.Attempts);
        Set(command, lists.Deliveries, Last(group.Deliveries, d => d.Position));
        Set(command, lists.ReplyEnds, First(group.ReplyEnds, e => e.Position));
        Set(command, lists.EventOutcomes, Outcomes(group.EventOutcomes));
        Set(command, lists.Places, First(group.Places, p => (p.Session, p.Seq)));
    }

    public void FillAfterWork(SqlCommand command, JournalGroup group)
    {
        Set(command, lists.EventDeliveries, group.EventDeliveries);
        Set(command, "floor", group.Floor == 0 ? null : group.Floor.ToString(CultureInfo.InvariantCulture));
    }

    private static void Add(SqlCommand command, string name, int size) => command.Parameters.Add(new SqlParameter("@" + name, SqlDbType.NVarChar, size) { Value = DBNull.Value });

    private static void Set<T>(SqlCommand command, JsonRows<T> list, IReadOnlyCollection<T> rows) => Set(command, list.Parameter, list.Write(rows));

    private static void Set(SqlCommand command, string name, string? value) => command.Parameters["@" + name].Value = value is null ? DBNull.Value : value;

    /// <summary>A statement for a list changes a row once, and says not by which of two lines: so the list has one for each, the last one.</summary>
    private static IReadOnlyCollection<T> Last<T, TKey>(List<T> rows, Func<T, TKey> key)
        where TKey : notnull
    {
        if (rows.Count < 2) return rows;
        var places = new Dictionary<TKey, int>(rows.Count);
        for (var i = 0; i < rows.Count; i++) places[key(rows[i])] = i;
        return places.Count == rows.Count ? rows : [.. places.Values.Order().Select(i => rows[i])];
    }

    /// <summary>The first one, where it makes the row such that the second would find nothing to change.</summary>
    private static IReadOnlyCollection<T> First<T, TKey>(List<T> rows, Func<T, TKey> key)
        where TKey : notnull => rows.Count < 2 ? rows : [.. rows.DistinctBy(key)];

    /// <summary>An outcome is written while the event is on its way: the first that ends it counts, else the last.</summary>
    private static IReadOnlyCollection<EventOutcome> Outcomes(List<EventOutcome> outcomes)
    {
        if (outcomes.Count < 2) return outcomes;
        var kept = new Dictionary<Guid, EventOutcome>(outcomes.Count);
        foreach (var outcome in outcomes)
            if (!kept.TryGetValue(outcome.Id, out var before) || before.State == EventDeliveryStates.Pending) kept[outcome.Id] = outcome;
        return kept.Values;
    }
}
