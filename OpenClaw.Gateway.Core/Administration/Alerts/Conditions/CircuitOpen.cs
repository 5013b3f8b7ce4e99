using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Input;

namespace OpenClaw.Gateway.Core.Administration.Alerts.Conditions;

/// <summary>
/// The circuit of an agent or channel is open: too many calls failed. One that a person holds open is no trouble, and a probe is no end of it:
/// it is over when the circuit is closed.
/// </summary>
internal sealed class CircuitOpen(ICatalog catalog, IEnumerable<ICircuits> circuits) : IAlertCondition
{
    private readonly ICircuits? _circuits = circuits.LastOrDefault();

    public AlertConditionInfo Info { get; } = new(
        "circuit_open", "A circuit is open", "Calls to an agent or a channel's platform fail so often that the gateway holds them back.", [SubjectNames.AgentSetting, SubjectNames.ChannelSetting]);

    public void Check(Guid tenant, JsonElement settings, FieldErrors errors) => SubjectNames.Check(catalog, tenant, settings, errors);

    public async Task<IReadOnlyList<Trouble>> LookAsync(AlertLook look, CancellationToken cancellationToken)
    {
        if (_circuits is null) return [];
        var (agent, channel) = (look.Id("agent"), look.Id("channel"));
        var found = new List<Trouble>();
        if (agent is not null || channel is null)
        {
            foreach (var id in await look.Db.Agents.AsNoTracking().Where(a => a.Enabled && (agent == null || a.Id == agent)).Select(a => a.Id).ToListAsync(cancellationToken))
                if (catalog.FindAgent(id) is { } model) Judge(look, SubjectKind.Agent, id, model.Name, model.Control, found);
        }

        if (channel is not null || agent is null)
        {
            foreach (var model in catalog.Channels.Where(c => c.Tenant.Id == look.Tenant && c.Enabled && (channel is null || c.Id == channel)))
                Judge(look, SubjectKind.Channel, model.Id, model.Name, model.Control, found);
        }

        return found;
    }

    public string PageOf(string subject) => SubjectNames.Page(subject);

    private void Judge(AlertLook look, SubjectKind kind, Guid id, string name, SubjectControl control, List<Trouble> found)
    {
        if (control.Forced is not null) return;
        var (view, subject) = (_circuits!.Of(kind, id), SubjectNames.Of(kind, id));
        if (view.State == CircuitState.Closed || (view.State == CircuitState.HalfOpen && !look.Open.Contains(subject))) return;
        var word = kind == SubjectKind.Agent ? "agent" : "channel";
        found.Add(new(subject, $"The circuit of the {word} “{name}” has been open since {AlertLook.Moment(view.Since ?? look.Now)}: its calls failed and are held back. Messages wait and go on by themselves when it works again; see on the {word}'s page what it answers.") { Since = view.Since });
    }
}
