using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Drills;

/// <summary>Starts and stops fault drills. Only on what is marked as a test, one at a time on each.</summary>
public sealed class RunDrill(ITenantDbFactory databases, ICatalog catalog, DrillBook book, TimeProvider time)
{
    /// <summary>The longest drill.</summary>
    public const int MaxMinutes = 120;

    private const int MaxSeed = int.MaxValue;
    private static readonly string[] Fields = ["subject", "kind", "faults", "minutes", "seed"];

    /// <summary>Starts one of <c>{subject,kind,faults,minutes,seed?}</c>: it works at return.</summary>
    public async Task<AdminResult<DrillView>> StartAsync(Caller caller, JsonElement input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        var document = Document.Merge([], input, Fields);
        var (kind, subject) = Subject(caller.Tenant, document);
        var minutes = document.IsAbsent("minutes") ? Missing(document, "minutes") : document.Number("minutes", 0, 1, MaxMinutes);
        var seed = document.Number("seed", RandomNumberGenerator.GetInt32(1, MaxSeed), 0, MaxSeed);
        if (document.IsAbsent("faults")) Missing(document, "faults");
        var faultErrors = new FieldErrors();
        var faults = DrillFaults.Read(document.Object("faults"), faultErrors);
        if (!document.Errors.Within("faults")) document.Errors.AddAll("", faultErrors);
        if (document.Errors.Any) return AdminResult.Invalid<DrillView>(document.Errors);
        if (!DrillBook.IsTest(catalog, kind, subject)) return AdminResult.InUse<DrillView>(NoTest(kind));
        return await StartAsync(caller, kind, subject, faults, minutes, seed, cancellationToken);
    }

    /// <summary>Stops one before its time. One that is over stays as it is.</summary>
    public async Task<AdminResult<DrillView>> StopAsync(Caller caller, Guid drill, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        using var turn = await ConfigurationTurns.EnterAsync(caller.Tenant, cancellationToken);
        await using var db = databases.Create(caller.Tenant);
        if (await db.Drills.FirstOrDefaultAsync(d => d.Id == drill, cancellationToken) is not { } row) return AdminResult.NotFound<DrillView>();
        var now = time.GetUtcNow();
        var before = DrillView.Of(row, catalog, now);
        if (row.EndedAt is not null || row.Until <= now) return AdminResult.Done(before);
        var running = book.Find(drill);
        (row.EndedAt, row.Hits) = (now, running?.Hits ?? row.Hits);
        var view = DrillView.Of(row, catalog, now);
        AuditTrail.Note(db, caller, now, "drill.stopped", new(row.Id, view.Name), before, view);
        if (await Saving.TryAsync<DrillView>(db, cancellationToken) is { } failure) return failure;
        if (running is not null) book.Take(running);
        return AdminResult.Done(view);
    }

    private async Task<AdminResult<DrillView>> StartAsync(Caller caller, SubjectKind kind, Guid subject, DrillFaults faults, int minutes, long seed, CancellationToken cancellationToken)
    {
        using var turn = await ConfigurationTurns.EnterAsync(caller.Tenant, cancellationToken);
        await book.KeepAsync(cancellationToken);
        await using var db = databases.Create(caller.Tenant);
        if (await db.Drills.AnyAsync(d => d.SubjectId == subject && d.EndedAt == null, cancellationToken))
            return AdminResult.InUse<DrillView>($"A fault drill is on for this {Word(kind)} already: stop it first, or wait for its end.");
        var now = time.GetUtcNow();
        var row = new Drill
        {
            Id = RowId.New(now), TenantId = caller.Tenant, SubjectId = subject, Kind = kind, Faults = faults.Save(seed), StartedBy = caller.Name, StartedAt = now, Until = now.AddMinutes(minutes),
        };
        db.Drills.Add(row);
        var view = DrillView.Of(row, catalog, now);
        AuditTrail.Note(db, caller, now, "drill.started", new(row.Id, view.Name), after: view);
        if (await Saving.TryAsync<DrillView>(db, cancellationToken) is { } failure) return failure;
        db.Entry(row).State = EntityState.Detached;
        book.Put(row);
        return AdminResult.Done(view);
    }

    private (SubjectKind Kind, Guid Subject) Subject(Guid tenant, Document document)
    {
        var named = document.Text("kind");
        var kind = named == "channel" ? SubjectKind.Channel : SubjectKind.Agent;
        if (named is not (null or "agent" or "channel")) document.Errors.Add("kind", "Must be agent or channel.");
        if (document.IsAbsent("subject")) Missing(document, "subject");
        var subject = document.Id("subject");
        var owner = subject is not { } id ? null : kind == SubjectKind.Agent ? catalog.FindAgent(id)?.Tenant.Id : catalog.FindChannel(id)?.Tenant.Id;
        if (subject is not null && owner != tenant && named is "agent" or "channel") document.Errors.Add("subject", $"There is no such {named}.");
        return (kind, subject ?? Guid.Empty);
    }

    private static int Missing(Document document, string field)
    {
        document.Errors.Add(field, "A value is needed.");
        return 0;
    }

    private static string Word(SubjectKind kind) => kind == SubjectKind.Agent ? "agent" : "channel";

    private static string NoTest(SubjectKind kind) =>
        $"This {Word(kind)} is not marked as a test, so no faults are put in its way. Mark it in its settings (test: true), or choose another one.";
}
