using System.Diagnostics;
using System.Text.Json;
using OpenClaw.Benchmarks.Driver;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing.Intents;

namespace OpenClaw.Benchmarks.Measures;

/// <summary>
/// Intents in this process, on the three sets that the tests use: how long ten intents of twenty examples take to learn (with calibration), a
/// message to recognise, and how many of the held-out sentences are right.
/// </summary>
internal static class IntentSpeed
{
    private const int Calls = 20_000;
    private static readonly string[] Sets = ["banking", "shop", "helpdesk"];

    public static Task<IReadOnlyList<Row>> RunAsync(Bench bench)
    {
        var sets = Sets.Select(Read).ToList();
        List<double> learned = [], recognised = [], allocated = [], right = [];
        for (var round = 0; round < bench.Options.Rounds + 1; round++)
        {
            foreach (var (model, held) in sets)
            {
                var start = Stopwatch.GetTimestamp();
                var classifier = IntentClassifier.Train(model);
                var training = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                var (micros, bytes) = Recognise(classifier, held);
                var accuracy = 100.0 * held.Count(h => classifier.Recognize(h.Text, 0).Name == h.Intent) / held.Count;
                if (round == 0) continue; // warms up
                learned.Add(training);
                recognised.Add(micros);
                allocated.Add(bytes);
                right.Add(accuracy);
                bench.Say($"  {model.Mark}: learned in {training:n0} ms, recognised in {micros:n2} µs, {accuracy:n1} % of the held-out sentences are right");
            }
        }

        return Task.FromResult<IReadOnlyList<Row>>(
        [
            Row.AtMost("intents, 10 x 20 examples learned", 100, 50, " ms", Bench.Median(learned)),
            Row.AtMost("intents, a message recognised", 50, 10, " µs", Bench.Median(recognised)),
            Row.AtMost("intents, allocation per message", 64, 0, " B", Bench.Median(allocated)),
            Row.AtLeast("intents, held-out sentences right (worst set)", 90, 95, " %", right.Min()),
        ]);
    }

    private static (double Micros, double Bytes) Recognise(IntentClassifier classifier, IReadOnlyList<(string Text, string Intent)> held)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Calls; i++) classifier.Recognize(held[i % held.Count].Text, 0.5);
        return (Stopwatch.GetElapsedTime(start).TotalMicroseconds / Calls, (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Calls);
    }

    private static (IntentSetModel Model, IReadOnlyList<(string Text, string Intent)> Held) Read(string name)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(ProductFiles.Root, "OpenClaw.Core.Tests", "Routing", "Intents", "Sets", name + ".json")));
        var intents = json.RootElement.GetProperty("intents").EnumerateArray().ToList();
        return (
            new() { Mark = name, Intents = [.. intents.Select(i => new IntentModel(Guid.NewGuid(), Name(i), [.. Texts(i, "examples")]))] },
            [.. intents.SelectMany(i => Texts(i, "heldOut").Select(text => (text, Name(i))))]);

        static string Name(JsonElement intent) => intent.GetProperty("name").GetString()!;
        static IEnumerable<string> Texts(JsonElement intent, string field) => intent.GetProperty(field).EnumerateArray().Select(t => t.GetString()!);
    }
}
