using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing.Intents;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Administration.Intents;

/// <summary>
/// Learns from use: when a person gives a session to an agent that is for some intents, what its user wrote last is offered as an example, unless
/// it is recognised as one of those already. The texts are people's: they go with their messages, and the oldest go first.
/// </summary>
internal sealed class SuggestExamples(ITenantDbFactory databases, ICatalog catalog, IIntentRecognizer recognizer, IEntryIndex index, TimeProvider time)
{
    /// <summary>Suggestions of a tenant.</summary>
    public const int Most = 500;

    private const int Depth = 20;

    /// <summary>To be called when the session was given to the agent.</summary>
    public async Task NoteAsync(Caller caller, Guid session, Guid agent, CancellationToken cancellationToken)
    {
        if (catalog.FindAgent(agent) is not { Intents.Count: > 0 } model || model.Tenant.Id != caller.Tenant) return;
        var set = catalog.FindIntents(caller.Tenant);
        var own = set.Intents.Where(i => model.Intents.Any(n => IntentNames.Same(n, i.Name))).ToList();
        if (own.Count == 0) return;
        await using var db = databases.Create(caller.Tenant);
        await index.CatchUpAsync(session, cancellationToken);
        if (await LastAsync(db, session, cancellationToken) is not { } said) return;
        var text = said.Text.Trim();
        if (text.Length > IntentLimits.ExampleLength || text.StartsWith('/')) return;
        if (own.Exists(i => i.Examples.Contains(text, StringComparer.OrdinalIgnoreCase))) return;
        var guess = await recognizer.RecognizeAsync(caller.Tenant, Utf8Text.From(text), cancellationToken);
        if (own.Exists(i => IntentNames.Same(i.Name, guess.Name))) return;
        await AddAsync(db, caller, model, said, text, own.Count == 1 ? own[0].Name : null, guess.Name, cancellationToken);
    }

    private static async Task<Message?> LastAsync(GatewayDbContext db, Guid session, CancellationToken cancellationToken) =>
        (await db.EntriesBefore(session, long.MaxValue, Depth).ToListAsync(cancellationToken)).Find(e => e.From == MessageFrom.User && !string.IsNullOrWhiteSpace(e.Text));

    private async Task AddAsync(GatewayDbContext db, Caller caller, AgentModel agent, Message said, string text, string? intent, string? recognised, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await db.SuggestedExamples.FirstOrDefaultAsync(e => e.MessageId == said.Id, cancellationToken) is { } former) db.SuggestedExamples.Remove(former); // given to another one again
        var kept = await db.SuggestedExamples.OrderByDescending(e => e.Id).Skip(Most - 1).ToListAsync(cancellationToken);
        db.SuggestedExamples.RemoveRange(kept);
        await db.SaveChangesAsync(cancellationToken);
        db.SuggestedExamples.Add(new()
        {
            Id = RowId.New(now), Text = text, Intent = intent, Recognised = recognised, AgentId = agent.Id, MessageId = said.Id, SessionId = said.SessionId, ByName = caller.Name, At = now,
        });
        await Saving.TryAsync<Guid>(db, cancellationToken); // somebody else was faster with the same message: one suggestion is enough
    }
}
