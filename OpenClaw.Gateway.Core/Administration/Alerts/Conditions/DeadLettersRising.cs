using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Alerts.Conditions;

/// <summary>More new dead letters within some minutes than usual. It is over when no more than half as many came.</summary>
internal sealed class DeadLettersRising(ICatalog catalog) : IAlertCondition
{
    private const string Subject = "dead-letters";

    public AlertConditionInfo Info { get; } = new(
        "dead_letters", "Dead letters are rising", "More messages than so many could not be answered or delivered within some minutes.",
        [
            new("count", SettingType.WholeNumber) { Default = "10", Min = 0, Max = 1_000_000, Label = "More than", Help = "New open dead letters." },
            new("minutes", SettingType.WholeNumber) { Default = "10", Min = 1, Max = 1_440, Label = "Within", Help = "Minutes." },
            new("cause", SettingType.Choice) { Choices = DeadLetterCauses.All, Label = "Cause", Help = "Left empty: whatever the cause." },
            SubjectNames.AgentSetting,
            SubjectNames.ChannelSetting,
        ]);

    public void Check(Guid tenant, JsonElement settings, FieldErrors errors) => SubjectNames.Check(catalog, tenant, settings, errors);

    public async Task<IReadOnlyList<Trouble>> LookAsync(AlertLook look, CancellationToken cancellationToken)
    {
        var (minutes, most) = (look.Number("minutes"), (int)look.Number("count"));
        var since = TimeIds.Floor(look.Now.AddMinutes(-minutes));
        var (cause, agent, channel) = (look.Text("cause"), look.Id("agent"), look.Id("channel"));
        var query = look.Db.DeadLetters.AsNoTracking().Where(d => d.TenantId == look.Tenant && d.Id >= since && d.State == DeadLetterStates.Open);
        if (cause is not null) query = query.Where(d => d.Cause == cause);
        if (agent is not null) query = query.Where(d => d.AgentId == agent);
        if (channel is not null) query = query.Where(d => d.ChannelId == channel);
        var causes = await query.GroupBy(d => d.Cause).Select(g => new { Cause = g.Key, Count = g.Count() }).ToListAsync(cancellationToken);
        var count = causes.Sum(c => c.Count);
        if (count <= (look.Open.Contains(Subject) ? most / 2 : most)) return [];
        var first = await query.OrderBy(d => d.Id).Select(d => d.LastAt).FirstOrDefaultAsync(cancellationToken);
        var main = causes.MaxBy(c => c.Count)!;
        var of = main.Count == count ? "All" : string.Create(CultureInfo.InvariantCulture, $"{main.Count:N0} of them");
        return [new(Subject, string.Create(CultureInfo.InvariantCulture, $"{count:N0} new dead letters since {AlertLook.Moment(first)}. {of} for this reason: {CauseAdvices.For(main.Cause).What} See their groups, mend what fails, then replay them."))];
    }

    public string PageOf(string subject) => "dead-letters";
}
