using System.Runtime.InteropServices;

namespace OpenClaw.Gateway.Core.Routing.Patterns;

/// <summary>What a step of a program does.</summary>
internal enum StepKind : byte
{
    /// <summary>Takes a character that fits.</summary>
    Take,

    /// <summary>Goes on at two steps.</summary>
    Fork,

    /// <summary>Goes on where the place is the named one.</summary>
    At,

    /// <summary>There is a match.</summary>
    Done,
}

/// <summary>One step. <c>Test</c>: a number of <see cref="PatternProgram.Tests"/>, or a <see cref="PatternPlace"/>.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Step(StepKind Kind, int Next, int Other, int Test);

/// <summary>An expression as a list of steps, its repetitions written out.</summary>
internal sealed class PatternProgram
{
    /// <summary>The most steps: what one character of a text can cost at worst.</summary>
    public const int MaxSteps = 2_000;

    private readonly List<Step> _steps = [];
    private readonly List<CharTest> _tests = [];

    public PatternProgram(PatternNode node)
    {
        var done = Add(new(StepKind.Done, 0, 0, 0));
        Start = Build(node, done);
        Steps = [.. _steps];
        Tests = [.. _tests];
    }

    public int Start { get; }

    public Step[] Steps { get; }

    public CharTest[] Tests { get; }

    /// <summary>Some place asks what kind of character stands beside it.</summary>
    public bool HasPlaces { get; private set; }

    private int Build(PatternNode node, int next)
    {
        switch (node)
        {
            case PatternNode.One one:
                return Add(new(StepKind.Take, next, 0, Number(one.Test)));
            case PatternNode.Place place:
                HasPlaces = true;
                return Add(new(StepKind.At, next, 0, (int)place.Kind));
            case PatternNode.Sequence sequence:
                for (var i = sequence.Parts.Count - 1; i >= 0; i--) next = Build(sequence.Parts[i], next);
                return next;
            case PatternNode.Choice choice:
                var fork = Build(choice.Parts[^1], next);
                for (var i = choice.Parts.Count - 2; i >= 0; i--) fork = Add(new(StepKind.Fork, Build(choice.Parts[i], next), fork, 0));
                return fork;
            default:
                return Repeat((PatternNode.Repeat)node, next);
        }
    }

    private int Repeat(PatternNode.Repeat repeat, int next)
    {
        if (repeat.Max < 0)
        {
            var loop = Add(default);
            _steps[loop] = new(StepKind.Fork, Build(repeat.Part, loop), next, 0);
            next = loop;
        }
        else
        {
            for (var i = repeat.Min; i < repeat.Max; i++) next = Add(new(StepKind.Fork, Build(repeat.Part, next), next, 0));
        }

        for (var i = 0; i < repeat.Min; i++)
        {
            var first = Build(repeat.Part, next);
            if (first == next) break; // repeats nothing, however often
            next = first;
        }

        return next;
    }

    private int Add(Step step)
    {
        if (_steps.Count == MaxSteps)
            throw new PatternException(FormattableString.Invariant($"The expression is too large: with its repetitions written out it has more than {MaxSteps:#,0} steps. Use smaller numbers in braces, or + and *."));
        _steps.Add(step);
        return _steps.Count - 1;
    }

    private int Number(CharTest test)
    {
        var number = _tests.IndexOf(test);
        if (number >= 0) return number;
        _tests.Add(test);
        return _tests.Count - 1;
    }
}
