using System.Diagnostics;
using System.Globalization;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;
using Xunit.Abstractions;

namespace OpenClaw.Core.Tests.Channels.Soak;

/// <summary>
/// A platform that cuts every connection every five seconds while people write fifty messages a second: what it still offers comes in once and is answered, the
/// ledger knows every gap, and memory stays flat. Half a minute; OPENCLAW_SOAK_MINUTES makes it longer.
/// </summary>
internal sealed class Soak(PlatformRoad road, ChannelModel channel, ITestOutputHelper output)
{
    /// <summary>Messages a second.</summary>
    public const int Rate = 50;

    /// <summary>People who write, each in a conversation of their own.</summary>
    public const int People = 25;

    /// <summary>Every third message is answered: Telegram lets a bot send thirty a second, and all of it has to fit.</summary>
    private const int AnswerEvery = 3;

    /// <summary>Between two cuts.</summary>
    public static readonly TimeSpan CutEvery = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);
    private readonly List<(double Minutes, double Bytes)> _memory = [];

    /// <summary>How long it goes on.</summary>
    public static TimeSpan Length { get; } = double.TryParse(Environment.GetEnvironmentVariable("OPENCLAW_SOAK_MINUTES"), CultureInfo.InvariantCulture, out var minutes) ? TimeSpan.FromMinutes(minutes) : TimeSpan.FromSeconds(30);

    /// <param name="say">A person writes: their number, and the text.</param>
    /// <param name="cut">Cuts what is connected.</param>
    /// <param name="answers">What the people have received, with how often.</param>
    public async Task RunAsync(Func<int, string, Task> say, Action cut, Func<IReadOnlyDictionary<string, int>> answers)
    {
        road.Road.Agents.Answer = static (request, _, _) => new(AgentOutcome.Answer(NumberOf(request.Text.ToString()) % AnswerEvery == 0 ? [new(request.Text)] : []));
        var (said, cuts) = await WriteAsync(say, cut);
        await TestWait.UntilAsync(async () => await CountAsync() >= said);
        await SettledAsync();
        var rows = await road.RowsAsync();
        var questions = rows.Where(r => r.From == MessageFrom.User).ToList();
        Assert.Equal(said, questions.Count);
        Assert.Equal(said, questions.Select(q => q.Text).Distinct(StringComparer.Ordinal).Count());
        AssertOrder(questions);
        await AssertAnswersAsync(rows, said, answers());
        await AssertGapsAsync(cuts);
        var slope = Slope();
        Say(string.Create(CultureInfo.InvariantCulture, $"{channel.Kind}: {said} messages in {Length.TotalSeconds:0} s, {cuts} cuts, all stored once; memory slope {slope / 1024:0.0} KB a minute over the second half ({_memory.Count} samples, {_memory[^1].Bytes / 1048576:0.0} MB at the end)"));
        if (Length >= TimeSpan.FromMinutes(5)) Assert.InRange(slope, double.MinValue, 2 * 1024 * 1024);
    }

    /// <summary>For who reads the test's output, and for the summary of a whole run.</summary>
    private void Say(string line)
    {
        output.WriteLine(line);
        if (Environment.GetEnvironmentVariable("OPENCLAW_PLATFORM_CAPTURE") is not { Length: > 0 } folder) return;
        Directory.CreateDirectory(folder);
        File.AppendAllLines(Path.Combine(folder, $"soak-{channel.Kind}.txt"), [line]);
    }

    private async Task<(int Said, int Cuts)> WriteAsync(Func<int, string, Task> say, Action cut)
    {
        var clock = Stopwatch.StartNew();
        var (said, cuts) = (0, 0);
        var sampledAt = TimeSpan.Zero;
        using var timer = new PeriodicTimer(Tick, TimeProvider.System);
        while (clock.Elapsed < Length && await timer.WaitForNextTickAsync())
        {
            for (var due = (int)(clock.Elapsed.TotalSeconds * Rate); said < due; said++) await say(said % People, string.Create(CultureInfo.InvariantCulture, $"soak {said}"));
            if (clock.Elapsed >= CutEvery * (cuts + 1))
            {
                cut();
                cuts++;
            }

            if (clock.Elapsed - sampledAt < TimeSpan.FromSeconds(5)) continue;
            sampledAt = clock.Elapsed;
            _memory.Add((clock.Elapsed.TotalMinutes, GC.GetTotalMemory(forceFullCollection: true)));
        }

        return (said, cuts);
    }

    private async Task<int> CountAsync() => (await road.RowsAsync()).Count(r => r.From == MessageFrom.User);

    /// <summary>Every reply is out.</summary>
    private async Task SettledAsync()
    {
        var waited = Stopwatch.StartNew();
        while (!(await road.RowsAsync()).TrueForAll(r => r.State == MessageState.Answered && (r.From == MessageFrom.User || r.DeliveredAt is not null)))
        {
            if (waited.Elapsed > TimeSpan.FromMinutes(3)) throw new TimeoutException(Waiting(await road.RowsAsync()));
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }
    }

    private static string Waiting(List<Message> rows) => string.Create(
        CultureInfo.InvariantCulture, $"{rows.Count(r => r.From == MessageFrom.User && r.State != MessageState.Answered)} questions are not answered, {rows.Count(r => r.From != MessageFrom.User && r.DeliveredAt is null)} replies not delivered, {rows.Count(r => r.State == MessageState.Dead)} dead.");

    private static int NumberOf(string text) => int.Parse(text["soak ".Length..], CultureInfo.InvariantCulture);

    private static void AssertOrder(List<Message> questions)
    {
        foreach (var session in questions.GroupBy(q => q.SessionId))
        {
            var numbers = session.OrderBy(q => q.Seq).Select(q => NumberOf(q.Text)).ToList();
            Assert.Equal(numbers.Order(), numbers);
        }
    }

    /// <summary>Each reply was received; twice only where the trace says that this may be.</summary>
    private async Task AssertAnswersAsync(List<Message> rows, int said, IReadOnlyDictionary<string, int> answers)
    {
        await using var db = road.Road.Db();
        var doubtful = db.Deliveries.Where(d => d.PossibleDuplicate).Select(d => d.MessageId).ToHashSet();
        var marked = rows.Where(r => doubtful.Contains(r.Id)).Select(r => r.Text).ToHashSet(StringComparer.Ordinal);
        Assert.Equal((said + AnswerEvery - 1) / AnswerEvery, answers.Count);
        Assert.Empty(answers.Where(a => a.Value > 1 && !marked.Contains(a.Key)).Select(a => a.Key));
        Say(string.Create(CultureInfo.InvariantCulture, $"{channel.Kind}: {answers.Values.Count(v => v > 1)} of {answers.Count} answers came twice after a cut in the middle of sending; {marked.Count} are marked as possible duplicates"));
    }

    /// <summary>Every cut left a gap, unless it fell into one that was open; all are closed with nothing lost.</summary>
    private async Task AssertGapsAsync(int cuts)
    {
        await TestWait.UntilAsync(async () => (await road.GapsAsync(channel)).TrueForAll(g => g.EndedAt is not null));
        var gaps = await road.GapsAsync(channel);
        Say(string.Create(CultureInfo.InvariantCulture, $"{channel.Kind}: {gaps.Count} gaps for {cuts} cuts, {gaps.Sum(g => g.Recovered)} messages recovered in them, longest {gaps.Max(g => (g.EndedAt!.Value - g.StartedAt).TotalSeconds):0.0} s"));
        Assert.InRange(gaps.Count, Math.Max(1, cuts / 2), cuts + 1);
        Assert.All(gaps, g => Assert.Equal(0, g.Missed));
        Assert.True(gaps.Zip(gaps.Skip(1)).All(pair => pair.First.EndedAt <= pair.Second.EndedAt));
    }

    /// <summary>Least squares over the second half, in bytes a minute: in the first one caches and the tables of duplicates fill.</summary>
    private double Slope()
    {
        var half = _memory.Skip(_memory.Count / 2).ToList();
        if (half.Count < 2) return 0;
        var (x, y) = (half.Average(s => s.Minutes), half.Average(s => s.Bytes));
        var spread = half.Sum(s => (s.Minutes - x) * (s.Minutes - x));
        return spread == 0 ? 0 : half.Sum(s => (s.Minutes - x) * (s.Bytes - y)) / spread;
    }
}
