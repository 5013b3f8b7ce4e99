using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Routing.Checks;

namespace OpenClaw.Gateway.Core.Administration.Routing.Drafts;

/// <summary>Publishes the draft, brought together with whatever was published since it began.</summary>
public sealed class PublishDraft
{
    /// <summary>The most characters of a note.</summary>
    public const int MaxNote = 400;

    private readonly DraftStore _store;
    private readonly RulePublisher _publisher;
    private readonly RuleInput _input;
    private readonly ICatalog _catalog;
    private readonly RoutingNews _news;

    internal PublishDraft(DraftStore store, RulePublisher publisher, RuleInput input, ICatalog catalog, RoutingNews news) =>
        (_store, _publisher, _input, _catalog, _news) = (store, publisher, input, catalog, news);

    /// <summary>What it would do now, or null when there is no draft.</summary>
    public async Task<PublishPreview?> PreviewAsync(Guid tenant, IReadOnlyDictionary<Guid, ConflictChoice>? choices = null, CancellationToken cancellationToken = default)
    {
        await using var db = _store.Open(tenant);
        var draft = await _store.ReadAsync(db, tenant, cancellationToken);
        return draft.Row is null ? null : Merge(tenant, draft, _catalog.FindRules(tenant), choices).Preview;
    }

    /// <summary>
    /// The new version, or in <see cref="PublishOutcome.Blocked"/> what stands against it; not found when there is no draft. With
    /// <paramref name="live"/>: only when that version is still the one that the person saw.
    /// </summary>
    public async Task<AdminResult<PublishOutcome>> RunAsync(
        Caller caller, string? note, IReadOnlyDictionary<Guid, ConflictChoice>? choices = null, int? live = null, CancellationToken cancellationToken = default)
    {
        note = string.IsNullOrWhiteSpace(note) ? null : note.Trim();
        var errors = new FieldErrors();
        if (note?.Length > MaxNote) errors.Add("note", $"Must have at most {MaxNote} characters.");
        if (errors.Any) return AdminResult.Invalid<PublishOutcome>(errors);
        PublishPreview? blocked = null;
        var result = await _publisher.RunAsync<PublishOutcome>(
            caller,
            async (present, db) =>
            {
                var draft = await _store.ReadAsync(db, caller.Tenant, cancellationToken);
                if (draft.Row is not { } row) return AdminResult.NotFound<RulePlan<PublishOutcome>>();
                if (live is { } expected && expected != present.Version) return AdminResult.Stale<RulePlan<PublishOutcome>>();
                var (rules, preview) = Merge(caller.Tenant, draft, present, choices);
                blocked = preview.IsClear ? null : preview;
                if (blocked is not null) return AdminResult.Stale<RulePlan<PublishOutcome>>();
                db.RoutingDrafts.Remove(row);
                return AdminResult.Done(new RulePlan<PublishOutcome>(rules, publication => Note(caller, publication, preview, note)) { Note = note });
            },
            cancellationToken);
        if (blocked is not null) return AdminResult.Done(new PublishOutcome(Version: null, blocked));
        if (result.Status == AdminStatus.Done) _news.Tell(caller.Tenant);
        return result;
    }

    private static PublishOutcome Note(Caller caller, RulePublication publication, PublishPreview preview, string? note)
    {
        if (publication.Version is not { } version) return new(Version: null, Blocked: null); // all of it was published by others already
        AuditTrail.Note(publication.Db, caller, publication.Now, "rules.published", new(Guid.Empty, $"Version {publication.Number}"), before: null, new
        {
            rules = publication.Number, note, changes = preview.Changes.Take(200).Select(c => new { c.Change, c.Name, c.Before, c.After }),
        });
        return new(VersionView.Of(version), Blocked: null);
    }

    private (IReadOnlyList<RuleModel> Rules, PublishPreview Preview) Merge(Guid tenant, OpenDraft draft, RuleSetModel live, IReadOnlyDictionary<Guid, ConflictChoice>? choices)
    {
        var (rules, conflicts) = RuleMerge.Of(draft.Base.Rules, [.. draft.Rules.Select(r => r.Rule)], live.Rules, choices ?? new Dictionary<Guid, ConflictChoice>());
        return (rules, new(live.Version, RuleDiff.Between(live.Rules, rules), conflicts, FaultsOf(tenant, rules)));
    }

    private List<PublishFault> FaultsOf(Guid tenant, IReadOnlyList<RuleModel> rules)
    {
        var faults = rules.SelectMany(r => _input.Check(tenant, r).ToDictionary().SelectMany(e => e.Value.Select(message => new PublishFault(r.Id, r.Name, e.Key, message)))).ToList();
        var twins = rules.GroupBy(r => r.Name, StringComparer.OrdinalIgnoreCase).SelectMany(g => g.Skip(1));
        faults.AddRange(twins.Select(r => new PublishFault(r.Id, r.Name, "name", "There is another rule of that name.")));
        if (RuleCheck.ListFault(rules) is { } tooMuch) faults.Add(new(Guid.Empty, "", "", tooMuch));
        return faults;
    }
}
