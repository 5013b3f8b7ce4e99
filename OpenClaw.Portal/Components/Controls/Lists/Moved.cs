using System.Runtime.InteropServices;

namespace OpenClaw.Portal.Components.Controls.Lists;

/// <summary>An item went from one place to another; both count from 0 in the list as it was, and <see cref="To"/> is its place afterwards.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Moved(int From, int To)
{
    /// <summary>The same list with the item at its new place.</summary>
    public IReadOnlyList<T> Apply<T>(IEnumerable<T> items)
    {
        var list = items.ToList();
        var item = list[From];
        list.RemoveAt(From);
        list.Insert(Math.Clamp(To, 0, list.Count), item);
        return list;
    }
}
