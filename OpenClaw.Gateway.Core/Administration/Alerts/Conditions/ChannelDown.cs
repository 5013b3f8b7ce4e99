using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Administration.Input;

namespace OpenClaw.Gateway.Core.Administration.Alerts.Conditions;

/// <summary>A channel that is switched on cannot do its work. One that somebody switched off is no trouble.</summary>
internal sealed class ChannelDown(ICatalog catalog, ChannelHealth health) : IAlertCondition
{
    public AlertConditionInfo Info { get; } = new(
        "channel_down", "A channel is down", "A channel that is switched on cannot receive, store or answer messages.",
        [
            SubjectNames.ChannelSetting,
            new("minutes", SettingType.WholeNumber) { Default = "1", Min = 0, Max = 1_440, Label = "For", Help = "Minutes that it must be down before it is told." },
        ]);

    public void Check(Guid tenant, JsonElement settings, FieldErrors errors) => SubjectNames.Check(catalog, tenant, settings, errors);

    public Task<IReadOnlyList<Trouble>> LookAsync(AlertLook look, CancellationToken cancellationToken)
    {
        var (channel, after) = (look.Id("channel"), TimeSpan.FromMinutes(look.Number("minutes")));
        var found = new List<Trouble>();
        foreach (var model in catalog.Channels.Where(c => c.Tenant.Id == look.Tenant && (channel is null || c.Id == channel)))
        {
            if (health.Judge(model) is not { State: "failing" } condition) continue;
            found.Add(new(SubjectNames.Of(SubjectKind.Channel, model.Id), $"The channel “{model.Name}” does not work: {condition.Detail} {condition.Fix}") { After = after });
        }

        return Task.FromResult<IReadOnlyList<Trouble>>(found);
    }

    public string PageOf(string subject) => SubjectNames.Page(subject);
}
