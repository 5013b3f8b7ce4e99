using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Alerts.Conditions;

/// <summary>
/// The oldest message of users that waits to be answered is older than some minutes. What an operator has taken over, what an agent answers later by
/// its own word, and what is being replayed does not count. It is over when nothing waits for four fifths of the time.
/// </summary>
internal sealed class QueueAge(ICatalog catalog) : IAlertCondition
{
    private const double LetGo = 0.8;

    public AlertConditionInfo Info { get; } = new(
        "queue_age", "Messages wait too long", "The oldest message of a channel that waits for an answer is older than some minutes.",
        [
            SubjectNames.ChannelSetting,
            new("minutes", SettingType.WholeNumber) { Default = "10", Min = 1, Max = 10_080, Label = "Older than", Help = "Minutes." },
        ]);

    public void Check(Guid tenant, JsonElement settings, FieldErrors errors) => SubjectNames.Check(catalog, tenant, settings, errors);

    public async Task<IReadOnlyList<Trouble>> LookAsync(AlertLook look, CancellationToken cancellationToken)
    {
        var (minutes, only) = (look.Number("minutes"), look.Id("channel"));
        var until = MessagePosition.At(look.Now.AddMinutes(-minutes * LetGo));
        var db = look.Db;
        var query = db.Messages.AsNoTracking().Where(m => m.Pending != null && m.Pending != PendingWork.LateAnswer && m.From == MessageFrom.User && m.Position < until);
        if (only is not null) query = query.Where(m => m.ChannelId == only);
        var oldest = await query
            .Where(m => !db.Sessions.Any(s => s.Id == m.SessionId && s.TakenAt != null) && !db.DeadLetters.Any(d => d.MessageId == m.Id && d.State == DeadLetterStates.Replaying))
            .GroupBy(m => m.ChannelId).Select(g => new { Channel = g.Key, At = g.Min(m => m.At), Count = g.Count() }).ToListAsync(cancellationToken);
        var found = new List<Trouble>();
        foreach (var waiting in oldest)
        {
            var (subject, age) = (SubjectNames.Of(SubjectKind.Channel, waiting.Channel), look.Now - waiting.At);
            if (age.TotalMinutes < minutes && !look.Open.Contains(subject)) continue;
            found.Add(new(subject, $"The oldest message of the channel “{catalog.FindChannel(waiting.Channel)?.Name}” has been waiting since {AlertLook.Moment(waiting.At)}, {AlertLook.Minutes(age.TotalMinutes)} when this was noticed. See on the page of queues and circuits which agent it waits for.") { Since = waiting.At });
        }

        return found;
    }

    public string PageOf(string subject) => "queues";
}
