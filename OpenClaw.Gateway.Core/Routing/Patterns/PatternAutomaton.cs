using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace OpenClaw.Gateway.Core.Routing.Patterns;

/// <summary>
/// Runs a program over a text: a table of states that is filled as texts need it and stays small. What does not fit into the
/// table is worked out anew for each character. Used by many threads at once.
/// </summary>
internal sealed class PatternAutomaton
{
    private const int MaxTable = 8_000;
    private const int LastNewline = 0, TextEnd = 1;
    private static readonly State Matched = new([], PlaceKind.Other);
    private static readonly Regex WordCharacter = new(@"\A[\w\u200C\u200D]\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    private readonly PatternProgram _program;
    private readonly Lock _building = new();
    private readonly ushort[]?[] _pages = new ushort[256][];
    private readonly List<CharClass> _classes = [new([], PlaceKind.LastNewline), new([], PlaceKind.End)];
    private readonly Dictionary<string, ushort> _classNumbers = [];
    private readonly Dictionary<string, State> _states = [];
    private readonly State _start;
    private readonly int[] _seen, _kept;
    private readonly List<int> _reached = [];
    private readonly Stack<int> _open = new();
    private int _round;
    private int _table;

    public PatternAutomaton(PatternProgram program)
    {
        _program = program;
        (_seen, _kept) = (new int[program.Steps.Length], new int[program.Steps.Length]);
        _start = new([], program.HasPlaces ? PlaceKind.Start : PlaceKind.Other);
    }

    /// <summary>What stands on one side of a place.</summary>
    private enum PlaceKind : byte
    {
        Start,
        Word,
        Newline,
        LastNewline,
        Other,
        End,
    }

    public bool IsMatch(ReadOnlySpan<char> text, ref PatternWork work)
    {
        var state = _start;
        for (var i = 0; i < text.Length; i++)
        {
            if (work.IsUsedUp) return false;
            work.Use(1);
            var number = text[i] == '\n' && i == text.Length - 1 && _program.HasPlaces ? LastNewline : ClassOf(text[i], ref work);
            state = state.Find(number) ?? Build(state, number, text[i], ref work);
            if (ReferenceEquals(state, Matched)) return true;
        }

        return !work.IsUsedUp && ReferenceEquals(state.Find(TextEnd) ?? Build(state, TextEnd, '\0', ref work), Matched);
    }

    private int ClassOf(char c, ref PatternWork work)
    {
        var page = Volatile.Read(ref _pages[c >> 8]);
        var known = page is null ? 0 : Volatile.Read(ref page[c & 0xFF]);
        return known != 0 ? known : Classify(c, ref work);
    }

    /// <summary>Characters that fit the same elements are one class.</summary>
    private int Classify(char c, ref PatternWork work)
    {
        lock (_building)
        {
            work.Use(20 * (_program.Tests.Length + 1));
            var fits = new bool[_program.Tests.Length];
            for (var i = 0; i < fits.Length; i++) fits[i] = _program.Tests[i].Fits(c);
            var kind = KindOf(c);
            var key = string.Create(fits.Length + 1, (fits, kind), static (span, from) =>
            {
                for (var i = 0; i < from.fits.Length; i++) span[i] = from.fits[i] ? '1' : '0';
                span[^1] = (char)from.kind;
            });
            if (!_classNumbers.TryGetValue(key, out var number))
            {
                number = _classNumbers[key] = (ushort)_classes.Count;
                _classes.Add(new(fits, kind));
            }

            var page = _pages[c >> 8] ?? new ushort[256];
            Volatile.Write(ref page[c & 0xFF], number);
            Volatile.Write(ref _pages[c >> 8], page);
            return number;
        }
    }

    private PlaceKind KindOf(char c)
    {
        if (!_program.HasPlaces) return PlaceKind.Other;
        return c == '\n' ? PlaceKind.Newline : WordCharacter.IsMatch([c]) ? PlaceKind.Word : PlaceKind.Other;
    }

    private State Build(State from, int number, char c, ref PatternWork work)
    {
        lock (_building)
        {
            if (from.Find(number) is { } built) return built;
            var to = Step(from, number, c, ref work);
            if (_table < MaxTable) _table += from.Keep(number, to);
            return to;
        }
    }

    private State Step(State from, int number, char c, ref PatternWork work)
    {
        var after = _classes[number];
        if (++_round == int.MaxValue)
        {
            Array.Clear(_seen);
            Array.Clear(_kept);
            _round = 1;
        }

        _open.Push(_program.Start);
        foreach (var step in from.Steps) _open.Push(step);
        _reached.Clear();
        while (_open.TryPop(out var at))
        {
            if (_seen[at] == _round) continue;
            _seen[at] = _round;
            work.Use(1);
            var step = _program.Steps[at];
            switch (step.Kind)
            {
                case StepKind.Done:
                    _open.Clear();
                    return Matched;
                case StepKind.Fork:
                    _open.Push(step.Other);
                    _open.Push(step.Next);
                    break;
                case StepKind.At when Holds((PatternPlace)step.Test, from.Before, after.Kind):
                    _open.Push(step.Next);
                    break;
                case StepKind.Take when number == LastNewline ? _program.Tests[step.Test].Fits(c) : number != TextEnd && after.Fits[step.Test]:
                    if (_kept[step.Next] == _round) break;
                    _kept[step.Next] = _round;
                    _reached.Add(step.Next);
                    break;
            }
        }

        return Known(after.Kind is PlaceKind.LastNewline ? PlaceKind.Newline : after.Kind);
    }

    /// <summary>The state of the steps that were reached; a new one each time once the table is full.</summary>
    private State Known(PlaceKind before)
    {
        if (_table >= MaxTable) return new([.. _reached], before);
        _reached.Sort();
        int[] steps = [.. _reached];
        var key = $"{(char)before}{MemoryMarshal.Cast<int, char>(steps)}";
        if (_states.TryGetValue(key, out var known)) return known;
        var state = new State(steps, before);
        _table += steps.Length + 8;
        return _states[key] = state;
    }

    private static bool Holds(PatternPlace place, PlaceKind before, PlaceKind after) => place switch
    {
        PatternPlace.Start => before == PlaceKind.Start,
        PatternPlace.LineStart => before is PlaceKind.Start or PlaceKind.Newline,
        PatternPlace.End => after == PlaceKind.End,
        PatternPlace.NearEnd => after is PlaceKind.End or PlaceKind.LastNewline,
        PatternPlace.LineEnd => after is PlaceKind.End or PlaceKind.LastNewline or PlaceKind.Newline,
        PatternPlace.WordEdge => before == PlaceKind.Word != (after == PlaceKind.Word),
        _ => before == PlaceKind.Word == (after == PlaceKind.Word),
    };

    private sealed record CharClass(bool[] Fits, PlaceKind Kind);

    /// <summary>The steps that wait for the next character, and what stands before it.</summary>
    private sealed class State(int[] steps, PlaceKind before)
    {
        private State?[] _next = [];

        public int[] Steps => steps;

        public PlaceKind Before => before;

        public State? Find(int number)
        {
            var next = Volatile.Read(ref _next);
            return number < next.Length ? Volatile.Read(ref next[number]) : null;
        }

        /// <summary>Remembers where a class of characters leads; says by how much the table grew.</summary>
        public int Keep(int number, State to)
        {
            var (next, grown) = (_next, 0);
            if (number >= next.Length)
            {
                grown = number + 8 - next.Length;
                Array.Resize(ref next, number + 8);
            }

            Volatile.Write(ref next[number], to);
            Volatile.Write(ref _next, next);
            return grown;
        }
    }
}
